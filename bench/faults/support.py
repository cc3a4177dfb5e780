"""Which arm can have which fault, and why another cannot. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from bench.contract.jobs import JOBS, job_info
from bench.contract.masters import is_local
from bench.faults import events
from bench.faults.events import Fault


@dataclass(frozen=True)
class Side:
    """What decides: the arm's engine and choices, and what its trial reads, runs and writes."""

    engine: str
    source: str
    mode: str
    guarantee: str
    job: str
    sink: str
    lines: str
    replayed: bool
    master: str
    checkpointed: bool


def why_not(fault: Fault, side: Side) -> str | None:
    """``None``, or the reason why this arm cannot have this fault measured."""
    return _unreadable(side) or _impossible(fault, side)


def _unreadable(side: Side) -> str | None:
    """Why nobody could tell at the sink which records came."""
    if not job_info(side.job).numbered:
        numbered = " or ".join(name for name, job in JOBS.items() if job.numbered)
        return (
            f"fault trials read sequence numbers at the sink, and the rows of {side.job} carry "
            f"none: use --job {numbered}, or a job of yours that is 'numbered'"
        )
    if side.replayed or side.lines != "plain":
        return (
            "fault trials read a sequence number in every line, which only plain generated lines "
            "begin with: leave --replay and --lines out"
        )
    if side.sink != "drain":
        return (
            "fault trials put a sink of their own, which notes every record's number, in the "
            "place of the drain: leave --sink out"
        )
    if side.mode == "continuous" and side.source == "socket":
        return (
            "on Spark's own socket source continuous mode is measured by what the console prints, "
            "which notes no record: use source=native"
        )
    return None


def _impossible(fault: Fault, side: Side) -> str | None:
    if side.source == "directory" and fault.kind == events.DISCONNECT:
        return "a watched directory has no connection that could be closed: use stall"
    if fault.kind in (events.READ_ONLY, events.FULL) and not side.checkpointed:
        return "it writes no checkpoint (guarantee=none): there is nothing to take away"
    if fault.kind == events.READ_ONLY and side.engine == "dstream":
        # ``ReceivedBlockTracker`` logs the blocks of each batch, with receivers or without.
        return (
            "a DStream keeps a log in its checkpoint open to be written, and no file system with "
            "such a file can be made read-only: use checkpoint-full"
        )
    if fault.kind in (events.KILL_EXECUTOR, events.KILL_RECEIVER, events.KILL_WORKER):
        return _no_executor(fault.kind, side)
    return None


def _no_executor(kind: str, side: Side) -> str | None:
    if is_local(side.master):
        what = "worker" if kind == events.KILL_WORKER else "executor"
        return (
            f"{side.master} has no {what} process: everything runs in the driver's JVM "
            "(kill-driver kills that); a cluster is needed"
        )
    if kind == events.KILL_RECEIVER and not (side.engine == "dstream" and side.source == "socket"):
        return "only the DStream socket has a receiver, and with it an executor that holds one"
    if kind == events.KILL_WORKER and side.master.startswith("local-cluster"):
        return "the workers of local-cluster are threads of the driver's JVM: use a cluster"
    return None
