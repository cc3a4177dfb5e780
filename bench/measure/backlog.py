"""Backlog: records that are due but not visible, sampled at batch ends, and its slope.

Where records become visible one by one, it is sampled at even times instead.

A sample knows the backlog twice.  In *records*: how many intended by then are not visible.  As an
*age*: how long the oldest of them has been due, averaged over the streams.  At a constant rate the
two are the same thing, records = age x rate; under a burst or a sinusoid the number of records
follows the arrivals while the age follows the engine.  So the slope is taken of the age, and put
back into records per second with the window's mean rate: growth of the age by 1% of a second a
second is growth of the backlog by 1% of the rate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit  # type: ignore[import-untyped,unused-ignore]

from bench.measure.chunks import visible_steps
from bench.measure.cohort import Window
from bench.measure.inputs import BatchLike, Floats, ScheduleLike
from bench.results.schema import Backlog

CONFIDENCE = 0.95


#: Seconds between samples where records become visible one by one, at least: closer ones would
#: tell the same pause several times.
APART_S = 0.5


@dataclass(frozen=True)
class BacklogSamples:
    """One sample a batch end inside the window, ordered in time; see the module.

    ``at_s`` are offsets from t0, ``since_tick_s`` is how long ago the batch's tick was,
    ``end_age_s`` the age of the backlog at the end of the window.  A sample between batches counts
    as a batch that took all that was due at its tick: there ``since_tick_s`` is ``age_s``.
    """

    at_s: Floats
    records: Floats
    age_s: Floats
    since_tick_s: Floats
    end_age_s: float


@dataclass(frozen=True)
class Slope:
    """Least-squares slope with the ends of its 95% interval, per second."""

    estimate: float
    low: float
    high: float


def sample_backlog(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> BacklogSamples:
    """Backlog at the end of every batch whose output became visible inside the window.

    ``batches`` are all batches of the stream, warm-up included.  A stream is visible as far as its
    farthest record is; holes are conservation's business, not the backlog's.  Failed batches make
    nothing visible.
    """
    if any(batch.chunks for batch in batches):
        return _sample_evenly(batches, schedules, window)
    visible = [0] * len(schedules)
    at_s: list[float] = []
    records: list[float] = []
    age_s: list[float] = []
    since_tick_s: list[float] = []
    end_visible = list(visible)
    for batch in sorted(batches, key=lambda b: b.visible):
        if batch.failure is not None:
            continue
        at = batch.visible - window.t0
        for stream, first, count in batch.ranges:
            visible[stream] = max(visible[stream], first + count)
        if at < window.end_s:
            end_visible = list(visible)
        if window.contains(batch.visible):
            at_s.append(at)
            due = [s.count_before(at) - v for s, v in zip(schedules, visible, strict=True)]
            records.append(float(sum(max(0, d) for d in due)))
            age_s.append(_age(schedules, visible, at))
            since_tick_s.append(batch.visible - batch.planned_start)
    return BacklogSamples(
        np.array(at_s),
        np.array(records),
        np.array(age_s),
        np.array(since_tick_s),
        _age(schedules, end_visible, window.end_s),
    )


def _sample_evenly(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> BacklogSamples:
    steps = visible_steps(batches)
    seen_at = steps[:, 3] / 1e6 - window.t0
    # As far as each stream had come with each step.
    far = [
        np.maximum.accumulate(np.where(steps[:, 0] == stream, steps[:, 1] + steps[:, 2], 0))
        for stream in range(len(schedules))
    ]
    apart_s = max(APART_S, window.period_s)
    at_s = np.arange(window.start_s + apart_s, window.end_s, apart_s)
    records, age_s = [], []
    for at in (*at_s, window.end_s):
        place = int(np.searchsorted(seen_at, at, side="right"))
        visible = [int(one[place - 1]) if place else 0 for one in far]
        due = [s.count_before(at) - v for s, v in zip(schedules, visible, strict=True)]
        records.append(float(sum(max(0, d) for d in due)))
        age_s.append(_age(schedules, visible, at))
    ages = np.array(age_s[:-1])
    return BacklogSamples(at_s, np.array(records[:-1]), ages, ages, age_s[-1])


def _age(schedules: Sequence[ScheduleLike], visible: Sequence[int], at_s: float) -> float:
    """Mean over streams of how long the oldest record that is not visible has been due."""
    ages = [
        max(0.0, at_s - float(s.times(v, 1)[0])) for s, v in zip(schedules, visible, strict=True)
    ]
    return sum(ages) / len(ages) if ages else 0.0


def fit_slope(at_s: Floats, values: Floats) -> Slope | None:
    """Slope of ``values`` over ``at_s`` by least squares; ``None`` for fewer than three samples.

    The interval is Student's, n - 2 degrees of freedom (Draper and Smith, *Applied Regression
    Analysis*, ch. 1).  It takes the residuals as independent.  Those of a backlog are not quite: a
    slow batch delays the next, and the interval is then somewhat too narrow, which is why
    ``saturation.judge_backlog`` asks for more than the slope before it says ``saturated``.
    """
    n = len(at_s)
    if n < 3:
        return None
    x = at_s - at_s.mean()
    y = values - values.mean()
    sxx = float(x @ x)
    if sxx <= 0:
        return None
    estimate = float(x @ y) / sxx
    residual = y - estimate * x
    error = (float(residual @ residual) / (n - 2) / sxx) ** 0.5
    half = float(stdtrit(n - 2, 0.5 + CONFIDENCE / 2)) * error
    return Slope(estimate, estimate - half, estimate + half)


def backlog(samples: BacklogSamples, rate_per_s: float) -> Backlog | None:
    """The stored backlog: slope of the age times the mean rate of the window, in records/s.

    ``last_records`` is the plain number of records at the last sample.  ``None`` where there are
    fewer than three samples.
    """
    slope = fit_slope(samples.at_s, samples.age_s)
    if slope is None:
        return None
    return Backlog(
        slope_per_s=slope.estimate * rate_per_s,
        slope_low_per_s=slope.low * rate_per_s,
        slope_high_per_s=slope.high * rate_per_s,
        last_records=float(samples.records[-1]),
    )
