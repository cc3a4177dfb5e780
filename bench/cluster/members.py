"""Processes of the cluster that is up: found again by process id and start time, or by mark."""

from __future__ import annotations

import psutil

from bench.cluster.state import Cluster, Member, read_cluster
from bench.process.executors import executors

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


def executor_pids() -> list[int]:
    """Process ids of the executors' JVMs of the cluster that is up, oldest first."""
    return executors(worker_pids())
