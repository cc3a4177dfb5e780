"""CPU seconds and memory of a trial's processes, told apart by what they are."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psutil

from bench.process.cpu import process_cpu_s
from bench.results.schema import ExecutorUse

#: What psutil raises for a process that has just gone.
_GONE = (psutil.Error, OSError)


@dataclass(frozen=True)
class CpuTimes:
    """CPU seconds since each process began; those it started that have ended are included."""

    jvm_s: float = 0.0
    driver_s: float = 0.0
    workers_s: float = 0.0
    executors_s: float = 0.0

    def __sub__(self, other: CpuTimes) -> CpuTimes:
        return CpuTimes(
            self.jvm_s - other.jvm_s,
            self.driver_s - other.driver_s,
            self.workers_s - other.workers_s,
            self.executors_s - other.executors_s,
        )

    @property
    def total_s(self) -> float:
        """All of it."""
        return self.jvm_s + self.driver_s + self.workers_s + self.executors_s


class Sampler:
    """Looks at the process tree below the trial's child.

    The Python workers are forked by a daemon that the JVM starts, so they are below it whatever
    process group they chose.  Executors are JVMs that the driver's started (``local-cluster``), or
    that workers of a cluster on this machine did, whose process ids are ``cluster``.

    A process that has ended lives on in the account of the one it was a child of.  Without these a
    micro-batch would look cheaper than it is: where Hadoop's native library is missing, as in
    PySpark's wheel, each log file on a local disk takes several short ``readlink`` and ``chmod``
    (``RawLocalFileSystem`` of Hadoop 3.5; ``findings/helpers-of-a-micro-batch.sh`` counts them).
    """

    def __init__(self, pid: int, cluster: Sequence[int] = ()) -> None:
        self._root = psutil.Process(pid)
        self._cluster = tuple(cluster)
        self.rss_bytes = 0
        self.rss_peak_bytes = 0

    def sample(self) -> CpuTimes:
        """CPU seconds by kind; raises the memory peak.  Zero for a tree that is gone."""
        jvm = driver = workers = executors = 0.0
        rss = 0
        processes: list[psutil.Process] = []
        with contextlib.suppress(*_GONE):
            processes = [self._root, *self._root.children(recursive=True)]
        for worker in self._cluster:
            with contextlib.suppress(*_GONE):
                processes += psutil.Process(worker).children(recursive=True)
        for process in processes:
            with contextlib.suppress(*_GONE):
                own = process_cpu_s(process)
                with process.oneshot():
                    spent = process.cpu_times()
                    own += spent.children_user + spent.children_system
                    rss += process.memory_info().rss
                    name, parent = process.name(), process.ppid()
                if process.pid == self._root.pid:
                    driver += own
                elif name == "java" and parent == self._root.pid:
                    jvm += own
                elif name == "java":
                    executors += own
                else:
                    workers += own
        self.rss_bytes = rss
        self.rss_peak_bytes = max(self.rss_peak_bytes, rss)
        return CpuTimes(jvm, driver, workers, executors)


#: Counters that only grow.
_SUMS = ("tasks", "run_s", "cpu_s", "gc_s")


def executors_between(
    before: Sequence[Mapping[str, Any]] | None, after: Sequence[Mapping[str, Any]] | None
) -> list[ExecutorUse]:
    """The use of each executor; of one that came in between, all of it.  Empty without any."""
    earlier = {one["id"]: one for one in before or ()}
    nothing = dict.fromkeys(_SUMS, 0)
    return [
        ExecutorUse(
            **{**one, **{key: one[key] - earlier.get(one["id"], nothing)[key] for key in _SUMS}}
        )
        for one in after or ()
    ]
