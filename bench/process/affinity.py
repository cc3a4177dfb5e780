"""Which CPUs a trial runs on, and which one is left for the load generator.

``local[n]`` means task slots, not CPUs: Python workers, garbage collection and compilation escape
it.  Pinning the whole trial to n CPUs makes the word mean what the reader expects.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TOPOLOGY = Path("/sys/devices/system/cpu")


@dataclass(frozen=True)
class CpuPlan:
    """CPUs of a trial and of its generator; ``None`` means left where the system puts it.

    ``note`` says in one sentence what the plan could not give, for the trial's record.
    """

    trial: tuple[int, ...] | None
    generator: tuple[int, ...] | None
    note: str | None = None


#: Of a trial on a cluster: its executors are elsewhere.
NOT_PINNED = CpuPlan(None, None, "on a cluster nothing is pinned to CPUs")


def available_cpus() -> tuple[int, ...] | None:
    """CPUs this process may use, ascending; ``None`` where the platform cannot tell or pin."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    return tuple(sorted(os.sched_getaffinity(0)))


def siblings(cpus: Sequence[int], root: Path = _TOPOLOGY) -> dict[int, frozenset[int]]:
    """For each CPU, the hardware threads that share its core, itself included.

    Read from ``topology/thread_siblings_list`` of sysfs; a CPU without one stands alone.
    """
    found: dict[int, frozenset[int]] = {}
    for cpu in cpus:
        try:
            text = (root / f"cpu{cpu}" / "topology" / "thread_siblings_list").read_text()
            found[cpu] = parse_cpu_list(text) | {cpu}
        except (OSError, ValueError):
            found[cpu] = frozenset({cpu})
    return found


def parse_cpu_list(text: str) -> frozenset[int]:
    """Parse the kernel's list format, ``0-2,5``.  Raises ``ValueError`` for anything else."""
    cpus: set[int] = set()
    for part in text.strip().split(","):
        low, _, high = part.partition("-")
        cpus.update(range(int(low), int(high or low) + 1))
    return frozenset(cpus)


def choose(
    cores: int,
    available: Sequence[int] | None,
    shared: Mapping[int, frozenset[int]] | None = None,
) -> CpuPlan:
    """Give a trial ``cores`` of the ``available`` CPUs and the generator another one, if left.

    The generator gets a CPU on a core of its own where ``shared`` (see :func:`siblings`) shows
    one, because two hardware threads of one core slow each other down.
    """
    if available is None:
        return CpuPlan(None, None, "this platform cannot pin processes to CPUs")
    trial = tuple(available[:cores])
    rest = [cpu for cpu in available if cpu not in trial]
    if cores > len(available):
        return CpuPlan(
            trial, None, f"{cores} CPUs were asked for and {len(available)} are available"
        )
    if not rest:
        return CpuPlan(trial, None, "no CPU is left for the generator; it shares the trial's")
    busy = {other for cpu in trial for other in (shared or {}).get(cpu, frozenset())}
    apart = [cpu for cpu in rest if cpu not in busy]
    note = None if apart else "the generator shares a core with the trial"
    return CpuPlan(trial, ((apart or rest)[-1],), note)


def plan_cpus(cores: int) -> CpuPlan:
    """:func:`choose` for this machine as it is."""
    available = available_cpus()
    return choose(cores, available, siblings(available or ()))


@contextmanager
def pinned(cpus: Sequence[int] | None) -> Iterator[None]:
    """Pin the calling thread, and so every process it starts meanwhile, to ``cpus``.

    The thread gets its own CPUs back at the end.  ``None``, and a platform that cannot pin, leave
    everything as it is.
    """
    if cpus is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
