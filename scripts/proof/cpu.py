"""CPU seconds of an engine to the nanosecond, the JVM's compilers apart.

The compilers (C1, C2) work in threads of their own, in bursts that last for minutes after a start
and cost as much as the batches themselves; which block of a benchmark meets a burst is chance.
What a batch costs is the rest.  Processes that live for milliseconds, such as the helpers of a
checkpoint, are not seen; what is compared here has equally many of them.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.process.cpu import process_cpu_s

#: How HotSpot names the threads that compile and that throw compiled code away, as the kernel
#: shows them (15 characters).
COMPILERS = ("C1 CompilerThre", "C2 CompilerThre", "Sweeper thread")

_GONE = (psutil.Error, OSError)


@dataclass(frozen=True)
class Spent:
    """CPU seconds: of the compilers, and of all else (JVM, driver, Python workers)."""

    work_s: float
    compilers_s: float

    def __sub__(self, other: Spent) -> Spent:
        return Spent(self.work_s - other.work_s, self.compilers_s - other.compilers_s)


class CpuClock:
    """Reads the kernel's clocks of the process tree below ``pid``; Linux only."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        # Of processes and threads that have ended, what they had used when last seen.
        self._processes: dict[int, float] = {}
        self._compilers: dict[int, float] = {}

    def read(self) -> Spent:
        """CPU seconds since each process began."""
        with contextlib.suppress(*_GONE):
            for process in [self._root, *self._root.children(recursive=True)]:
                with contextlib.suppress(*_GONE):
                    self._processes[process.pid] = process_cpu_s(process)
                    if process.name() == "java":
                        self._read_compilers(process.pid)
        compilers_s = sum(self._compilers.values())
        return Spent(sum(self._processes.values()) - compilers_s, compilers_s)

    def _read_compilers(self, pid: int) -> None:
        for task in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(*_GONE):
                if (task / "comm").read_text().strip() in COMPILERS:
                    self._compilers[int(task.name)] = _thread_s(task)


def _thread_s(task: Path) -> float:
    """CPU time of a thread of another process, whose clock only that process may read."""
    return int((task / "schedstat").read_text().split()[0]) / 1e9
