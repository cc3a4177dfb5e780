"""When a trial measures: from a whole number of intervals after its load began, for another.

And how often the stream triggers that warms its JVM up before.
"""

from __future__ import annotations

import math
from dataclasses import replace

from bench.contract.jobs import job_info
from bench.plan.capacity import (
    LEAST_TAIL_S,
    RAMP,
    RAMP_WARMUP_S,
    RAMP_WINDOW_S,
    TAIL_TRIGGERS,
)
from bench.plan.spec import Settings, TrialSpec

#: A window shorter than this says more about its edges than about the engine.
MIN_WINDOW_TRIGGERS = 8

#: Outputs of a job that writes less often than every batch: what a slope of its backlog needs.
MIN_WINDOW_OUTPUTS = 5

#: Trigger intervals the measured stream needs to settle, however short the warm-up asked for.
WARMUP_TRIGGERS = 2

#: About the prelude's trigger interval: short, so that the JVM compiles what batches run.
TRIGGER_MS = 200

#: How far it may be from that.
_NEAR_MS = (100, 300)


def output_s(spec: TrialSpec) -> float:
    """Seconds from one output of the job to the next: the trigger, or the slide of its window.

    What a window of a DStream has taken in becomes visible when it ends.  The other arms of the
    cell, which may write earlier, are measured over the same span.
    """
    return max(spec.trigger_s, _seconds(spec, job_info(spec.job).every))


def trial_window(spec: TrialSpec, settings: Settings) -> tuple[float, float]:
    """Start and end of a trial's measured window, in seconds since its load began.

    Not before the job's own windows were full once.
    """
    period_s = output_s(spec)
    full_s = _seconds(spec, job_info(spec.job).reach)
    start_s = max(window_start_s(period_s, settings.warmup_s), full_s)
    if period_s > spec.trigger_s:
        outputs = max(MIN_WINDOW_OUTPUTS, math.ceil(settings.duration_s / period_s - 1e-9))
        return start_s, start_s + window_s(spec.trigger_s, outputs * period_s)
    return start_s, start_s + window_s(spec.trigger_s, settings.duration_s)


def _seconds(spec: TrialSpec, param: str) -> float:
    return float(spec.job_params[param]) if param else 0.0


def window_s(trigger_s: float, duration_s: float) -> float:
    """Length of the measured window: whole trigger intervals, at least 8, at least the duration."""
    if trigger_s == 0:
        return duration_s
    return max(MIN_WINDOW_TRIGGERS, math.ceil(duration_s / trigger_s - 1e-9)) * trigger_s


def window_start_s(interval_s: float, warmup_s: float) -> float:
    """When the window begins, in seconds since the load did: warmed up, two intervals at least."""
    return max(warmup_s, WARMUP_TRIGGERS * interval_s)


def prelude_trigger_s(trigger_s: float) -> float:
    """The prelude's trigger interval for a trial with ``trigger_s``; both in seconds.

    A whole part of the trial's own, so that a DStream's windows, which have to be whole batches,
    are that here too; in whole milliseconds and as near to 200 ms as that goes.  A trial's own
    where it is shorter, or has no such part; 200 ms for one without triggers.
    """
    own = round(trigger_s * 1000)
    if own <= 0:
        return TRIGGER_MS / 1000
    least, most = _NEAR_MS
    parts = [part for part in range(least, most + 1) if own % part == 0]
    if own <= TRIGGER_MS or not parts:
        return trigger_s
    return min(parts, key=lambda part: abs(part - TRIGGER_MS)) / 1000


def settings_for(spec: TrialSpec, settings: Settings) -> Settings:
    """The settings under which one trial of a run is carried out.

    Those of the run, save in a capacity run: its ramp trials are short and share a JVM, and no
    trial of it waits long for what will not come.
    """
    search = settings.capacity or settings.demand
    if search is None:
        return settings
    bound_s = search.bound_s(spec.trigger_s)
    tail_s = max(LEAST_TAIL_S, bound_s + TAIL_TRIGGERS * spec.trigger_s)
    if spec.purpose != RAMP:
        return replace(settings, tail_s=tail_s, fork="cell")
    return replace(
        settings,
        warmup_s=min(settings.warmup_s, RAMP_WARMUP_S),
        duration_s=min(settings.duration_s, RAMP_WINDOW_S),
        tail_s=tail_s,
        fork="engine",
    )
