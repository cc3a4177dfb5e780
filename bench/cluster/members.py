"""Processes of the cluster that is up: found again by process id and start time, or by mark."""

from __future__ import annotations

from collections.abc import Iterator

import psutil

from bench.cluster.state import Cluster, Member, read_cluster

_EXECUTOR = "CoarseGrainedExecutorBackend"

#: The kernel counts start times in hundredths of a second.
_SAME_START_S = 0.05


def alive(member: Member) -> psutil.Process | None:
    """The process, if it is still the one that was started."""
    try:
        process = psutil.Process(member.pid)
        same = abs(process.create_time() - member.started) <= _SAME_START_S
        return process if same and process.status() != psutil.STATUS_ZOMBIE else None
    except (psutil.Error, OSError):
        return None


def worker_pids(cluster: Cluster | None = None) -> list[int]:
    """Process ids of the workers that are alive, in the order they were started.

    Of the cluster that is up where none is given; empty where none is.
    """
    found = cluster or read_cluster()
    return [] if found is None else [m.pid for m in found.workers if alive(m) is not None]


def workers_of(master: str) -> list[int]:
    """:func:`worker_pids` of the cluster that is up if ``master`` is its URL; empty for others."""
    cluster = read_cluster()
    return worker_pids(cluster) if cluster is not None and cluster.master == master else []


def executor_pids(below: int | None = None) -> list[int]:
    """Process ids of the executors' JVMs, oldest first.

    Those of the cluster that is up, or, of a ``local-cluster`` master, those below the process
    ``below`` (a trial's child).
    """
    roots = worker_pids() if below is None else [below]
    found = [process for root in roots for process in _executors(root)]
    return [process.pid for process in sorted(found, key=_started)]


def _executors(root: int) -> Iterator[psutil.Process]:
    try:
        children = psutil.Process(root).children(recursive=True)
    except (psutil.Error, OSError):
        return
    for process in children:
        try:
            if any(_EXECUTOR in part for part in process.cmdline()):
                yield process
        except (psutil.Error, OSError):
            continue


def _started(process: psutil.Process) -> float:
    try:
        return float(process.create_time())
    except (psutil.Error, OSError):
        return 0.0
