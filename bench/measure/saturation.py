"""Does the engine keep up?  The one function that decides it, for compare, capacity and decisions.

The rule: the backlog's slope, with its 95% interval, against 1% of the rate.

``holds``      the upper bound is below 1%; or the interval is too wide to tell (few batches), but
               the engine drained before its triggers: the last batch and three of four in all
               ended before the next tick, and left nothing that had been due for a trigger interval
               at their own.  No failed batch, no trend in heap.
``saturated``  the cohort was not visible by the deadline; or the backlog grows: the lower bound is
               at least 1%, the trough of the window's second half lies above the trough of its
               first by as much, and the backlog is older than one trigger interval at the end; or
               fewer than five batches ended and half of the window's load was still waiting.
``between``    anything else.

A trigger interval is here the time from one output to the next: of a job that writes once a window,
the slide of that window.

Why saturation asks for more than the slope: a sawtooth or a stall near the end gives a significant
slope without any growth, because its samples are not independent; but it returns to its trough,
and a backlog that returns to its trough does not grow.  And an engine that wants for capacity never
drains before the next tick.  What a batch leaves at its tick is no backlog yet: a receiver holds
the records of up to a block interval back for the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from bench.measure.backlog import BacklogSamples, Slope, fit_slope
from bench.measure.cohort import Window
from bench.measure.thresholds import limit

Keeping = Literal["holds", "saturated", "between"]

#: Share of batch ends at which a draining engine must have been ahead of the next tick; the rest is
#: room for a stall, such as one long collection in as few as five batches.
DRAINED_SHARE = 0.75


@dataclass(frozen=True)
class BacklogJudgement:
    """Verdict, the sentence that gives its ground, and the slope as a share of the rate."""

    verdict: Keeping
    reason: str
    slope: Slope | None


def judge_backlog(
    samples: BacklogSamples,
    window: Window,
    *,
    cohort_visible: bool = True,
    failed_batches: int = 0,
    heap_trend: bool | None = None,
) -> BacklogJudgement:
    """Decide by the rule of this module.

    ``cohort_visible`` is False when the deadline passed first; ``heap_trend`` is True when what
    collections of the old generation leave keeps growing, ``None`` when there were too few.
    """
    slope = fit_slope(samples.at_s, samples.age_s)

    def say(verdict: Keeping, reason: str) -> BacklogJudgement:
        return BacklogJudgement(verdict, reason, slope)

    if not cohort_visible:
        return say("saturated", "the measured records were not all visible by the deadline")
    batches = len(samples.at_s)
    if batches < limit("measured_batches") or slope is None:
        if samples.end_age_s > max(3 * window.period_s, window.length_s / 2):
            return say(
                "saturated",
                f"only {batches} batches ended in the window, and at its end records had been "
                f"waiting for {samples.end_age_s:.3g} s",
            )
        return say("between", f"{batches} batches ended in the window: too few for a slope")
    share = limit("backlog_slope")
    grows = f"{slope.low:+.2%} to {slope.high:+.2%} of the rate"
    if slope.low >= share and _trough_rises(samples, share):
        if samples.age_s[-1] > window.period_s:
            return say("saturated", f"the backlog grows by {grows}")
        return say("between", f"the batches take longer and longer: the backlog grows by {grows}")
    if failed_batches:
        return say("between", f"{failed_batches} batches failed")
    if heap_trend:
        return say("between", "the heap left after collections keeps growing")
    if slope.high < share:
        return say("holds", f"the backlog changes by {grows}")
    if slope.low < share and _drains(samples, window):
        return say("holds", "the engine had drained its backlog before the triggers")
    return say("between", f"the backlog changes by {grows}")


def _trough_rises(samples: BacklogSamples, share: float) -> bool:
    """Whether the least age of the second half is above that of the first, by the threshold."""
    half = len(samples.age_s) // 2
    rise = float(samples.age_s[half:].min() - samples.age_s[:half].min())
    apart = float(samples.at_s[half:].mean() - samples.at_s[:half].mean())
    return rise >= share * apart


def _drains(samples: BacklogSamples, window: Window) -> bool:
    missed_s = samples.age_s - samples.since_tick_s
    ahead = (samples.since_tick_s <= window.period_s) & (missed_s <= window.period_s)
    return bool(ahead[-1]) and float(np.mean(ahead)) >= DRAINED_SHARE
