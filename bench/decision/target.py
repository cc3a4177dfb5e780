"""What is asked of an arm: a load, a latency, and what a core costs."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """A load in records/s to be held with a p99 of end-to-end latency of at most ``p99_s``.

    ``core_hour`` is the price of one core for one hour in any currency, ``million_requests`` that
    of a million requests that write to the checkpoint's store or list it; ``None`` where costs are
    not asked for.  Raises :class:`ValueError` for a figure that is not a positive, finite number.
    """

    rate_per_s: float
    p99_s: float
    core_hour: float | None = None
    million_requests: float | None = None

    def __post_init__(self) -> None:
        for name in ("rate_per_s", "p99_s", "core_hour", "million_requests"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ValueError(f"{name}: {value} is not a number above 0")


@dataclass(frozen=True)
class Cost:
    """What an arm takes at the target's rate.

    ``busy_cores``: CPU time a second, of JVM, driver and workers.  ``cores``: what it had.  The
    prices are per hour at that rate and per million records: once for the CPU time used, once for
    the cores that stood ready, used or not; ``None`` without a price.
    """

    busy_cores: float
    cores: int
    used_per_hour: float | None = None
    used_per_million: float | None = None
    reserved_per_hour: float | None = None
    reserved_per_million: float | None = None


def cost_of(target: Target, cpu_s_per_million: float, cores: int) -> Cost:
    """The cost of ``cpu_s_per_million`` CPU seconds a million records on ``cores`` cores."""
    busy = cpu_s_per_million * target.rate_per_s / 1e6
    if target.core_hour is None:
        return Cost(busy, cores)
    hours_per_million = 1e6 / target.rate_per_s / 3600
    return Cost(
        busy_cores=busy,
        cores=cores,
        used_per_hour=busy * target.core_hour,
        used_per_million=busy * target.core_hour * hours_per_million,
        reserved_per_hour=cores * target.core_hour,
        reserved_per_million=cores * target.core_hour * hours_per_million,
    )
