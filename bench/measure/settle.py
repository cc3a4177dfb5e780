"""Warm-up: when batch time has settled, and which batches are warm-up.  The same for all engines.

Settled means: no trend over the last 20 batches.  A trend is one that is both *there*
(Mann-Kendall test, two-sided) and *large enough to matter*: the Theil-Sen slope over the 20 batches
adds up to 10% of their median or more, and to 5 ms, half of what a median latency may be off; with
little noise a tenth of a millisecond is significant.  Both work on ranks and medians, so a few long
batches make no trend.

The level of the test is 5% in the prelude, where a false alarm costs one more batch, and 1% for the
measured stream, where it would cost a trial.  Mann, Econometrica 13 (1945) 245; Sen, JASA 63 (1968)
1379.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.measure.cohort import Window, measured_batches
from bench.measure.inputs import BatchLike, Floats, ScheduleLike
from bench.measure.thresholds import limit
from bench.measure.throughput import batch_times

SETTLE_BATCHES = 20
#: With five values even the rarest order has p = 0.017: no trend could be seen at the 1% level.
FEWEST_BATCHES = 6
#: Two-sided 5% and 1% of the normal distribution.
PRELUDE_Z = 1.959963984540054
MEASURED_Z = 2.5758293035489004
CHANGE_SHARE = limit("warmup_settled")
#: Batch times of a few milliseconds change by a tenth with every tick of Spark's clock.
CHANGE_FLOOR_S = 0.005


@dataclass(frozen=True)
class Trend:
    """How a series of ``n`` values moves.

    ``change``: Theil-Sen slope over the whole series; ``change_share``: relative to its median.
    ``z``: Mann-Kendall statistic, standardised, corrected for ties and continuity.
    """

    n: int
    change_share: float
    z: float
    change: float = math.inf

    def found(self, critical_z: float, floor: float = 0.0) -> bool:
        """Whether there is a trend, significant and large enough to matter.

        ``floor`` is the least change over the series that matters, in the unit of its values.
        """
        large = abs(self.change_share) >= CHANGE_SHARE and abs(self.change) >= floor
        return large and abs(self.z) > critical_z


@dataclass(frozen=True)
class Settling:
    """Whether a stream had settled, ``None`` where too few batches can tell, and the ground."""

    settled: bool | None
    reason: str
    trend: Trend | None = None


def trend(values: Sequence[float] | Floats) -> Trend:
    """Trend of a series in its order; needs at least two values."""
    y: Floats = np.asarray(values, dtype=np.float64)
    n = len(y)
    later, earlier = np.tril_indices(n, -1)
    rises = y[later] - y[earlier]
    slope = float(np.median(rises / (later - earlier)))
    s = float(np.sign(rises).sum())
    _, ties = np.unique(y, return_counts=True)
    tied = float((ties * (ties - 1) * (2 * ties + 5)).sum())
    variance = (n * (n - 1) * (2 * n + 5) - tied) / 18
    z = math.copysign(max(abs(s) - 1, 0.0) / variance**0.5, s) if variance > 0 else 0.0
    centre = abs(float(np.median(y)))
    change = slope * (n - 1)
    if change == 0:
        return Trend(n, 0.0, z, 0.0)
    share = change / centre if centre > 0 else math.copysign(math.inf, change)
    return Trend(n, share, z, change)


def settled(batch_times_s: Sequence[float]) -> bool:
    """The prelude's rule: 20 batches or more, and no trend over the last 20."""
    if len(batch_times_s) < SETTLE_BATCHES:
        return False
    return not trend(batch_times_s[-SETTLE_BATCHES:]).found(PRELUDE_Z, CHANGE_FLOOR_S)


def settled_at_start(
    batches: Sequence[BatchLike],
    schedules: Sequence[ScheduleLike],
    window: Window,
    *,
    prelude_settled: bool | None = None,
) -> Settling:
    """Whether the measured stream had settled when the window began.

    Judged by the 20 batches around the start of the window: the last ones before it, and from the
    window no more than are missing to 20.  Empty batches do not count.  Where the offered load
    itself has a trend over them (a ramp, a burst), batch times follow the load and say nothing
    about warm-up: then, and with fewer than six batches, the prelude's verdict stands.
    ``prelude_settled`` False (it reached its cap) is overruled by 20 batches without a trend only.
    """
    chosen = _around_start(batches, schedules, window)
    if len(chosen) < FEWEST_BATCHES:
        return Settling(prelude_settled, f"{len(chosen)} batches are too few to see a trend in")
    seen = trend(batch_times(chosen))
    if trend(_offered(chosen, schedules, window)).found(MEASURED_Z):
        return Settling(prelude_settled, "the load itself changes, so batch times must", seen)
    if seen.found(MEASURED_Z, CHANGE_FLOOR_S):
        return Settling(
            False, f"batch time changed by {seen.change_share:+.0%} over {seen.n} batches", seen
        )
    if prelude_settled is False and len(chosen) < SETTLE_BATCHES:
        return Settling(False, "the warm-up prelude reached its cap before it settled", seen)
    return Settling(True, f"no trend in batch time over {seen.n} batches", seen)


def warmup_flags(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> list[bool]:
    """One flag a batch: True for warm-up.

    A batch with a record of the cohort is never warm-up.  Of the others, batch 0 is (Structured
    Streaming connects its sources in it), and any with all its records intended before the window,
    or with no records and ended before the window.  Batches after the cohort are the tail: neither
    warm-up nor measured.
    """
    measured = {id(batch) for batch in measured_batches(batches, schedules, window)}
    starts = [schedule.count_before(window.start_s) for schedule in schedules]

    def before(batch: BatchLike) -> bool:
        records = [(s, first + n) for s, first, n in batch.ranges if n > 0]
        if not records:
            return batch.visible < window.t0 + window.start_s
        return all(stop <= starts[stream] for stream, stop in records)

    return [
        id(batch) not in measured and (batch.batch_id == 0 or before(batch)) for batch in batches
    ]


def _around_start(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> list[BatchLike]:
    with_records = [
        b for b in batches if b.failure is None and any(n > 0 for _s, _f, n in b.ranges)
    ]
    flags = warmup_flags(with_records, schedules, window)
    before = [b for b, flag in zip(with_records, flags, strict=True) if flag][-SETTLE_BATCHES:]
    measured = measured_batches(with_records, schedules, window)
    return before + measured[: SETTLE_BATCHES - len(before)]


def _offered(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> list[float]:
    """Records that fell due in the trigger interval before each batch's tick."""

    def due(at: float) -> int:
        return sum(s.count_before(at - window.t0) for s in schedules)

    return [float(due(b.planned_start) - due(b.planned_start - window.trigger_s)) for b in batches]
