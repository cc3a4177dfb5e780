"""Warm-up: how the stream still changes while it is measured, and which batches are warm-up.

A JVM gets faster for minutes.  Latency moves one to one with the time from a batch's tick to the
end of its output, so that time is what ageing is judged by: its Theil-Sen slope over the measured
batches, and whether Mann and Kendall's test finds a trend in it.  Both work on ranks and medians,
so a few long batches make no trend.  What two arms' ageing differs by widens the interval of their
ratio (``bench.stats.launches``); a trial is ``unsettled`` only where it moved its p99 by 10% and
more.  Mann, Econometrica 13 (1945) 245; Sen, JASA 63 (1968) 1379.

The prelude of runs of before that rule went on until batch time had no trend over its last 20
batches: :func:`settled`.
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
from bench.results.schema import Ageing

SETTLE_BATCHES = 20
#: A slope from three batches is one batch's doing.
FEWEST_BATCHES = 4
#: Two-sided 5% and 1% of the normal distribution.
PRELUDE_Z = 1.959963984540054
TREND_Z = 2.5758293035489004
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


def ageing(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> Ageing | None:
    """How the measured batches changed over the window.

    ``None`` with fewer than four of them, where their records become visible one by one (the end of
    a batch tells nothing then), and where the offered load itself has a trend over them
    (a ramp, a burst): batch times follow the load then, and say nothing of the JVM's age.
    """
    chosen = measured_batches(batches, schedules, window)
    if len(chosen) < FEWEST_BATCHES or any(batch.chunks for batch in chosen):
        return None
    if trend(_offered(chosen, schedules, window)).found(TREND_Z):
        return None
    after_tick = [batch.visible - batch.planned_start for batch in chosen]
    seen = trend(after_tick)
    return Ageing(
        after_tick_s=float(np.median(after_tick)),
        change_s=seen.change,
        z=seen.z,
        batch_change_s=trend(batch_times(chosen)).change,
    )


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


def _offered(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> list[float]:
    """Records that fell due in the trigger interval before each batch's tick."""

    def due(at: float) -> int:
        return sum(s.count_before(at - window.t0) for s in schedules)

    return [float(due(b.planned_start) - due(b.planned_start - window.trigger_s)) for b in batches]
