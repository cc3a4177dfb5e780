"""Which of the executors holds the receiver, and which of them to kill.

Executors of ``local-cluster`` are descendants of the trial's process, those of a cluster on this
machine descendants of its workers; on other machines there is nothing to lay hands on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

import psutil

from bench.faults import events
from bench.faults.inject.errors import InjectionError
from bench.faults.inject.kill import kill_tree
from bench.process.executors import executors


class NobodyToKill(InjectionError):
    """No process is what the fault is to strike."""


def connected_to(pids: Sequence[int], ports: Iterable[int]) -> list[int]:
    """Those of ``pids`` that hold a connection to one of ``ports``: receivers, of a socket."""
    wanted = set(ports)
    held = []
    for pid in pids:
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            # The name changed with psutil 6.
            look = getattr(process, "net_connections", None) or process.connections
            if any(one.raddr and one.raddr.port in wanted for one in look("tcp")):
                held.append(pid)
    return held


def kill_one(kind: str, roots: Sequence[int], workers: Sequence[int], ports: Sequence[int]) -> int:
    """Kill what ``kind`` says, with its descendants; its process id.

    ``roots`` are where executors are looked for, ``workers`` those of the cluster.  Raises
    :class:`NobodyToKill`.
    """
    if kind == events.KILL_WORKER:
        candidates = list(workers)
    else:
        there = executors([*roots, *workers])
        holders = connected_to(there, ports)
        wants_receiver = kind == events.KILL_RECEIVER
        candidates = holders if wants_receiver else [pid for pid in there if pid not in holders]
    if not candidates:
        raise NobodyToKill(f"fault {kind}: there is no such process on this machine")
    kill_tree(candidates[0])
    return candidates[0]
