"""What else the machine did while a trial was measured: steal, pressure, quota, other programs."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.process.cgroup import throttled_s


@dataclass(frozen=True)
class MachineSample:
    """Counters since boot, and both clocks; ``None`` where the platform does not tell."""

    wall_s: float
    monotonic_s: float
    busy_cpu_s: float
    all_cpu_s: float
    steal_cpu_s: float | None
    memory_stall_s: float | None
    io_stall_s: float | None
    throttled_s: float | None


@dataclass(frozen=True)
class MachineUse:
    """Shares (0 to 1) of the time between two samples; ``clock_step_s`` is wall minus monotonic."""

    length_s: float
    busy_cpu_s: float
    all_cpu_s: float
    steal_share: float | None
    memory_pressure_share: float | None
    io_pressure_share: float | None
    throttled_share: float | None
    clock_step_s: float


#: Set by who measures on a machine that others use meanwhile, such as a test suite: their CPU time
#: is shown then and makes no trial ``invalid``.
SHARED = "SPARKBENCH_SHARED"


def is_shared() -> bool:
    """Whether the user says that this machine is shared."""
    return os.environ.get(SHARED, "").strip() not in ("", "0")


def sample_machine() -> MachineSample:
    """Read the counters now."""
    cpu = psutil.cpu_times()
    idle = cpu.idle + getattr(cpu, "iowait", 0.0)
    steal = getattr(cpu, "steal", None)
    # Linux counts guest time in user time as well.
    everything = sum(cpu) - getattr(cpu, "guest", 0.0) - getattr(cpu, "guest_nice", 0.0)
    return MachineSample(
        wall_s=time.time(),
        monotonic_s=time.monotonic(),
        busy_cpu_s=everything - idle - (steal or 0.0),
        all_cpu_s=everything,
        steal_cpu_s=steal,
        memory_stall_s=_stall(Path("/proc/pressure/memory")),
        io_stall_s=_stall(Path("/proc/pressure/io")),
        throttled_s=throttled_s(),
    )


def use_between(before: MachineSample, after: MachineSample) -> MachineUse:
    """What happened between two samples."""
    length = after.monotonic_s - before.monotonic_s
    total = after.all_cpu_s - before.all_cpu_s
    return MachineUse(
        length_s=length,
        busy_cpu_s=after.busy_cpu_s - before.busy_cpu_s,
        all_cpu_s=total,
        steal_share=_share(before.steal_cpu_s, after.steal_cpu_s, total),
        memory_pressure_share=_share(before.memory_stall_s, after.memory_stall_s, length),
        io_pressure_share=_share(before.io_stall_s, after.io_stall_s, length),
        throttled_share=_share(before.throttled_s, after.throttled_s, length),
        clock_step_s=(after.wall_s - before.wall_s) - length,
    )


def _share(before: float | None, after: float | None, whole: float) -> float | None:
    if before is None or after is None or whole <= 0:
        return None
    return max(0.0, (after - before) / whole)


def _stall(path: Path) -> float | None:
    """Seconds for which some task was stalled (the kernel's PSI, ``some … total=`` in µs)."""
    try:
        line = path.read_text().splitlines()[0]
        return int(line.rsplit("total=", 1)[1]) / 1e6
    except (OSError, IndexError, ValueError):
        return None
