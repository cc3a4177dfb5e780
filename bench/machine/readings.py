"""Read the system's state; whatever it does not tell comes back as None or empty."""

from __future__ import annotations

import ctypes
import sys
import time
from dataclasses import dataclass
from pathlib import Path

_CPU = Path("/sys/devices/system/cpu")
_STA_UNSYNC = 0x0040
_TIME_ERROR = 5


def read_text(path: Path) -> str | None:
    """Content of a small file, stripped; ``None`` when it cannot be read."""
    try:
        return path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        return None


@dataclass(frozen=True)
class Moment:
    """Clocks and CPU times at one moment; two of them give drift and steal."""

    wall: float
    monotonic: float
    cpu_total: int | None
    cpu_steal: int | None

    @classmethod
    def now(cls) -> Moment:
        """Read the clocks as close to each other as can be, then the CPU times."""
        best = min((_clocks() for _ in range(5)), key=lambda reading: reading[2])
        total, steal = cpu_times(read_text(Path("/proc/stat")) or "")
        return cls(best[0], best[1], total, steal)


def _clocks() -> tuple[float, float, float]:
    """Wall clock, the monotonic clock's middle around it, and how wide that middle was."""
    before = time.monotonic()
    wall = time.time()
    after = time.monotonic()
    return wall, (before + after) / 2, after - before


def cpu_times(stat: str) -> tuple[int | None, int | None]:
    """Total and stolen ticks of all CPUs from ``/proc/stat``.

    The first eight columns are user, nice, system, idle, iowait, irq, softirq, steal (proc(5));
    guest time stands in user time already.
    """
    for line in stat.splitlines():
        if line.startswith("cpu "):
            ticks = [int(field) for field in line.split()[1:9]]
            return (sum(ticks), ticks[7]) if len(ticks) == 8 else (None, None)
    return None, None


def drift_s(first: Moment, last: Moment) -> float:
    """Seconds the wall clock gained on the monotonic clock between two moments."""
    return (last.wall - first.wall) - (last.monotonic - first.monotonic)


def steal_share(first: Moment, last: Moment) -> float | None:
    """Share of all CPU time between two moments that the host gave to others."""
    if first.cpu_total is None or last.cpu_total is None or last.cpu_total <= first.cpu_total:
        return None
    stolen = (last.cpu_steal or 0) - (first.cpu_steal or 0)
    return stolen / (last.cpu_total - first.cpu_total)


def governors(root: Path = _CPU) -> list[str]:
    """Frequency governor of each CPU that tells one."""
    found = (read_text(path) for path in sorted(root.glob("cpu[0-9]*/cpufreq/scaling_governor")))
    return [text for text in found if text]


def clock_source() -> str | None:
    """The kernel's current clock source."""
    return read_text(Path("/sys/devices/system/clocksource/clocksource0/current_clocksource"))


def pressure(root: Path = Path("/proc/pressure")) -> dict[str, float]:
    """Share of the last 10 s in which some task waited, for cpu, memory and io."""
    found = {}
    for name in ("cpu", "memory", "io"):
        for line in (read_text(root / name) or "").splitlines():
            fields = dict(part.partition("=")[::2] for part in line.split()[1:])
            if line.startswith("some") and "avg10" in fields:
                found[name] = float(fields["avg10"]) / 100
    return found


def synchronised() -> bool | None:
    """Whether the kernel's clock is kept by time synchronisation (adjtimex(2)); None if untold."""
    if not sys.platform.startswith("linux"):
        return None
    # struct timex with modes = 0 only reads.  status comes after modes (an int, padded to a long)
    # and the longs offset, freq, maxerror and esterror; the structure is 208 bytes at most.
    buffer = ctypes.create_string_buffer(512)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(buffer)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    size = ctypes.sizeof(ctypes.c_long)
    status = ctypes.c_int.from_buffer(buffer, 5 * size).value
    return state != _TIME_ERROR and not status & _STA_UNSYNC
