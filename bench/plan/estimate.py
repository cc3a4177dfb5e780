"""How long a trial and a run will take, in seconds: an expectation to plan by, no promise.

What a plan says is added up (prelude, settling, window, waits for a tick); what it cannot say,
because engines and machines differ, are :class:`Costs`: those of this machine's earlier trials
(``bench.runner.timings``), else built-in ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.contract.masters import is_local
from bench.faults.events import NONE
from bench.plan.fork import may_share
from bench.plan.spec import Settings, TrialSpec
from bench.plan.windows import prelude_trigger_s, settings_for, trial_window

#: To stop a stream and start the next one in the same JVM.
STREAM_S = 1.5

#: From the window's end until all is visible: its last record waits for a tick, what the load sent
#: after it for the next, and where in the interval that begins is drawn.  Two batches besides.
TAIL_TRIGGERS = 1.5

#: Between two trials: storing a result, deciding what comes next.
BETWEEN_S = 0.2


@dataclass(frozen=True)
class Costs:
    """Seconds of an engine's trial that its plan does not tell.

    ``launch_s``: until the prelude's stream is connected; ``ahead_s``: the same where the JVM was
    started while the trial before ended.  ``prelude_s``: beyond the intervals of its batches.
    ``change_s``: from one stream to the next.  ``tail_s``: beyond :data:`TAIL_TRIGGERS`.
    ``end_s``: until the last process has gone.
    """

    launch_s: float
    ahead_s: float
    prelude_s: float
    change_s: float
    tail_s: float
    end_s: float


#: Costs by engine where nothing has been learned: two CPUs of a server of 2023, with the archive.
BUILT_IN: Mapping[str, Costs] = {
    "dstream": Costs(4.3, 2.4, 0.5, 0.6, 0.4, 0.1),
    "structured": Costs(4.6, 2.6, 0.6, 0.4, 0.3, 0.1),
    "null": Costs(0.5, 0.3, 0.0, 0.1, 0.1, 0.1),
}


def trial_s(
    spec: TrialSpec,
    settings: Settings,
    before: TrialSpec | None = None,
    costs: Mapping[str, Costs] = BUILT_IN,
) -> float:
    """Expected duration of one trial, with what lies between it and the next.

    A prelude that ends when batch times have settled counts with its cap.  ``before`` is the trial
    just before it, whose JVM it may go on with (``--fork engine``), or while whose end its own JVM
    was started.
    """
    settings = settings_for(spec, settings)
    cost = costs[spec.arm.engine]
    start_s, end_s = trial_window(spec, settings)
    launch, prelude, end = cost.launch_s, _prelude_s(spec, settings, cost), cost.end_s
    change = cost.change_s
    if before is not None and settings.fork == "engine" and may_share(before, spec):
        launch, prelude, change, end = 0.0, 0.0, STREAM_S, 0.0
    elif before is not None and _ahead(before, spec, settings):
        launch = cost.ahead_s
    to_window = launch + prelude + change + spec.trigger_s / 2 + start_s
    if settings.age_s is not None:
        to_window = max(to_window, settings.age_s + spec.trigger_s / 2)
    tail = TAIL_TRIGGERS * spec.trigger_s + cost.tail_s
    return to_window + (end_s - start_s) + tail + (settings.idle_s or 0.0) + end + BETWEEN_S


def _prelude_s(spec: TrialSpec, settings: Settings, cost: Costs) -> float:
    if spec.arm.engine == "null":  # which has no JVM to warm up
        return 0.0
    if settings.prelude_batches is None:
        return settings.prelude_cap_s
    batches_s = settings.prelude_batches * prelude_trigger_s(spec.trigger_s)
    return min(batches_s + cost.prelude_s, settings.prelude_cap_s)


def _ahead(before: TrialSpec, spec: TrialSpec, settings: Settings) -> bool:
    """Whether its JVM is started while the trial before it ends (``bench.trial.run``)."""
    trials = (before, spec)
    return settings.fork != "engine" and all(
        is_local(one.master) and one.fault == NONE for one in trials
    )


def run_s(
    trials: Iterable[TrialSpec], settings: Settings, costs: Mapping[str, Costs] = BUILT_IN
) -> float:
    """Expected duration of these trials one after another."""
    return sum(each_s(trials, settings, costs))


def each_s(
    trials: Iterable[TrialSpec], settings: Settings, costs: Mapping[str, Costs] = BUILT_IN
) -> list[float]:
    """Expected duration of each of these trials, run one after another."""
    specs = list(trials)
    pairs = zip(specs, [None, *specs], strict=False)
    return [trial_s(spec, settings, before, costs) for spec, before in pairs]
