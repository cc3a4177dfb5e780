"""How long a trial and a run will take, in seconds: an expectation to plan by, no promise."""

from __future__ import annotations

from collections.abc import Iterable

from bench.plan.capacity import settings_for
from bench.plan.fork import may_share
from bench.plan.spec import Settings, TrialSpec
from bench.plan.windows import trial_window

#: Interpreter, JVM, session, first connection.  The null engine has only the first of these.
STARTUP_S = 7.0
NULL_STARTUP_S = 0.5

#: From the request to stop to the last process gone.
STOP_S = 2.0
NULL_STOP_S = 0.2

#: To stop a stream and start the next one in the same JVM.
STREAM_S = 1.5

#: What the last record of a window that holds waits for: its trigger, then its batch.
TAIL_TRIGGERS = 1.5
TAIL_BATCH_S = 0.5


def trial_s(spec: TrialSpec, settings: Settings, before: TrialSpec | None = None) -> float:
    """Expected duration of one trial; the prelude counts with its cap.

    ``before`` is the trial just before it, whose JVM it may go on with (``--fork engine``).
    """
    settings = settings_for(spec, settings)
    null = spec.arm.engine == "null"
    startup, stop = (NULL_STARTUP_S, NULL_STOP_S) if null else (STARTUP_S, STOP_S)
    prelude = 0.0 if null else settings.prelude_cap_s
    if settings.fork == "engine" and before is not None and may_share(before, spec):
        startup, prelude, stop = STREAM_S, 0.0, 0.0
    _start_s, end_s = trial_window(spec, settings)
    tail = TAIL_TRIGGERS * spec.trigger_s + TAIL_BATCH_S
    return startup + prelude + end_s + tail + stop


def run_s(trials: Iterable[TrialSpec], settings: Settings) -> float:
    """Expected duration of these trials one after another."""
    return sum(each_s(trials, settings))


def each_s(trials: Iterable[TrialSpec], settings: Settings) -> list[float]:
    """Expected duration of each of these trials, run one after another."""
    specs = list(trials)
    pairs = zip(specs, [None, *specs], strict=False)
    return [trial_s(spec, settings, before) for spec, before in pairs]
