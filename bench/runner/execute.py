"""A plan from start to finish: checks, lock, run directory, loop."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType, MappingProxyType

from bench._version import __version__
from bench.contract.masters import is_local
from bench.errors import EnvironmentProblem
from bench.experiments.base import Strategy
from bench.experiments.compare.rounds import latest_attempts
from bench.experiments.registry import strategy_of
from bench.machine.calibration import calibrated_peak
from bench.machine.environment import (
    current_environment,
    git_state,
    inherited_settings,
    load_before,
)
from bench.plan import estimate
from bench.plan.load import near_peak
from bench.plan.plan import Plan
from bench.plan.precision import first_end, minimum, shortfall
from bench.plan.spec import TrialSpec
from bench.process.locks import Holder, measuring_lock
from bench.redaction import mask_logs, redact
from bench.results.files import atomic_write
from bench.results.schema import EnginePlace, RunInfo, RunPart, TrialResult
from bench.results.store import RunStore, next_run_dir
from bench.runner import preflight
from bench.runner.runner import OnEvent, Outcome, RunTrial, run_strategy
from bench.runner.timings import learn, learned_costs
from bench.stats.comparable import INHERITED
from bench.units import format_duration

#: The plan file as the user wrote it (but for secrets), in the run's directory.
PLAN_FILE = "plan.toml"


@dataclass(frozen=True)
class Finished:
    """A run that ended, one way or another: where it is stored and how it went."""

    path: Path
    outcome: Outcome


def execute(
    plan: Plan,
    *,
    out: Path | None,
    command: str,
    on_event: OnEvent,
    run_trial: RunTrial | None = None,
    strategy: Strategy | None = None,
    wait: bool = False,
    plan_file: str | None = None,
) -> Finished:
    """Run a plan into ``out`` (new or empty; by default the next directory in ``runs/``).

    ``command`` is the command line that would reproduce the run.  ``on_event`` is told ``run``
    (``path``, ``trials``, ``expected_s``, ``least_s`` to the first of ``rounds`` (first, last)
    after which it may end, ``stored`` trials of an earlier part and their ``results``), ``note``
    and ``warning`` (``message``) for what the plan lacks or demands too much of, and then what
    ``run_strategy`` tells.  ``plan_file`` is the text of the plan file, kept with the run.  With
    ``wait`` another run on this machine is waited for (``waiting``, ``holder``), else it refuses.

    Raises :class:`bench.errors.UsageError` or :class:`bench.errors.EnvironmentProblem` before
    anything is written when the run cannot begin.
    """
    strategy = strategy or strategy_of(plan)
    trials = len(strategy.remaining(()))
    if out is not None:
        preflight.check_out(out)
    preflight.check_checkpoints(plan)
    preflight.check_replay(plan.settings.replay)
    preflight.check_disk(out or Path(), trials)
    with hold_machine(wait, on_event):
        places = preflight.check_places(plan, on_event)
        found = probe_clusters(plan)
        store = RunStore.create(out or next_run_dir(), run_info(plan, command, places, trials))
        if plan_file is not None:
            atomic_write(store.path / PLAN_FILE, redact(plan_file).encode())
        begin(store, plan, strategy, (), on_event, notes=found)
        return run_stored(store, plan, strategy, (), on_event=on_event, run_trial=run_trial)


def _rounds(plan: Plan, left: Sequence[TrialSpec]) -> tuple[int, int]:
    """The first and the last round after which the run may end; zeros for a search."""
    settings = plan.settings
    if not left or settings.capacity or settings.demand or settings.tune is not None:
        return 0, 0
    rounds = [spec.round for spec in left]
    return max(first_end(plan), min(rounds)), max(rounds)


@contextlib.contextmanager
def hold_machine(wait: bool, on_event: OnEvent) -> Iterator[None]:
    """The measuring lock, with requests to end answered as Ctrl-C is."""

    def told(holder: Holder | None) -> None:
        on_event({"event": "waiting", "holder": str(holder) if holder else "another process"})

    with signals_interrupt(), measuring_lock(wait_s=None if wait else 0, on_wait=told):
        yield


def begin(
    store: RunStore,
    plan: Plan,
    strategy: Strategy,
    results: Sequence[TrialResult],
    on_event: OnEvent,
    notes: Iterable[str] = (),
) -> None:
    """Tell what is about to run, and what it cannot find out."""
    left, costs = strategy.remaining(results), learned_costs()
    first, last = _rounds(plan, left)
    on_event(
        {
            "event": "run",
            "path": store.path,
            "trials": len(left),
            "expected_s": estimate.run_s(left, plan.settings, costs),
            "least_s": estimate.run_s(
                [spec for spec in left if spec.round <= first], plan.settings, costs
            ),
            "rounds": (first, last) if last else None,
            "stored": len(results),
            "results": results,
        }
    )
    for message in (*notes, *plan_notes(plan)):
        on_event({"event": "note", "message": message})
    for message in store.info.warnings:
        on_event({"event": "warning", "message": message})


def decided_everywhere(plan: Plan) -> frozenset[str]:
    """The settings that all trials of a plan make themselves, whatever they would inherit."""
    from bench.trial.effective import ours

    made = [ours(spec) for spec in plan.round_trials(1) if spec.arm.engine != "null"]
    return frozenset.intersection(*made) if made else frozenset()


def changed_baseline(plan: Plan) -> list[str]:
    """A sentence for what trials inherit and nobody overrides, where arms have a Spark."""
    from bench.trial.effective import ours

    specs = [spec for spec in plan.round_trials(1) if spec.arm.engine != "null"]
    told = []
    for name, value in sorted(inherited_settings(decided_everywhere(plan)).items()):
        key = name.removeprefix(INHERITED)
        where = dict.fromkeys(spec.arm.text for spec in specs if key not in ours(spec))
        some = len(where) < len({spec.arm.text for spec in specs})
        told.append(f"{key}={value}" + (f" on {', '.join(where)} only" if some else ""))
    if not specs or not told:
        return []
    return [
        "trials took settings from outside of the plan, so this is not Spark's own baseline: "
        + ", ".join(told)
    ]


def run_stored(
    store: RunStore,
    plan: Plan,
    strategy: Strategy,
    results: Sequence[TrialResult],
    *,
    on_event: OnEvent,
    run_trial: RunTrial | None = None,
) -> Finished:
    """Run what the strategy asks for after ``results``; a run that came to its end is marked so."""
    run = run_trial or _real_trial(plan, on_event, results)
    with contextlib.ExitStack() as stack:
        if isinstance(run, contextlib.AbstractContextManager):
            # It may keep an engine from one trial to the next.
            stack.enter_context(run)
        outcome = run_strategy(
            strategy,
            plan.settings,
            store,
            run_trial=run,
            on_event=on_event,
            results=results,
        )
    learn(outcome.results[len(results) :], plan.settings)
    # Now that no engine adds to them any more.
    mask_logs(store.path / "logs")
    if outcome.complete and store.info.finished_at is None:
        # Trials that were left out because their arm is unsupported there are not missing.
        ended = len(latest_attempts(outcome.results))
        try:
            store.update_info(finished_at=time.time(), planned_trials=ended)
        except EnvironmentProblem as problem:
            # The results are stored; `--resume` has only this left to do.
            outcome = replace(outcome, problem=problem)
    return Finished(store.path, outcome)


def plan_notes(plan: Plan) -> list[str]:
    """What is to be said of a plan in advance: too few rounds, or how ``--until`` goes on."""
    short = shortfall(plan)
    settings = plan.settings
    notes = [] if short is None else [short]
    if settings.until is not None:
        pilot_s = estimate.run_s(plan.trials(), settings, learned_costs())
        notes.append(
            f"{settings.rounds} rounds are the pilot (about {pilot_s / 60:.0f} min); after it the "
            "number of rounds is known and said"
        )
        if settings.budget_s is not None and pilot_s > settings.budget_s:
            notes.append(
                f"the budget of {format_duration(settings.budget_s)} will probably end before the "
                f"pilot; a verdict needs at least {minimum(plan)} rounds"
            )
    return notes


def run_info(
    plan: Plan,
    command: str,
    places: Mapping[str, EnginePlace] = MappingProxyType({}),
    trials: int | None = None,
) -> RunInfo:
    """What is written before the first trial; ``places`` is what each arm will run on.

    ``trials``: how many are expected to run, where it is not one an arm, cell and round.
    """
    load_before.cache_clear()
    return RunInfo(
        run_id=uuid.uuid4().hex,
        started_at=time.time(),
        estimate=plan.settings.estimate,
        command=redact(command),
        sparkbench=__version__,
        plan=plan.to_dict(),
        plan_hash=plan.plan_hash,
        seed=plan.settings.seed,
        environment=current_environment(preflight.java_of(places), decided_everywhere(plan)),
        places=dict(places),
        git=git_state(),
        planned_trials=len(plan.trials()) if trials is None else trials,
        parts=[RunPart(pid=os.getpid(), started_at=time.time())],
        warnings=[
            *near_peak(plan.round_trials(1), calibrated_peak()),
            *changed_baseline(plan),
        ],
        digests=True,
    )


def probe_clusters(plan: Plan) -> list[str]:
    """Try the clusters of a plan; a sentence of each.  Raises :class:`EnvironmentProblem`."""
    if all(is_local(spec.master) for spec in plan.round_trials(1)):
        return []
    from bench.runner.clusters import probe_masters

    return [str(found) for found in probe_masters(plan.round_trials(1))]


def _real_trial(plan: Plan, on_event: OnEvent, results: Sequence[TrialResult] = ()) -> RunTrial:
    from bench.runtime.archives import Archives
    from bench.trial import TrialRunner

    return TrialRunner(Archives.decided(plan.round_trials(1), on_event, results))


@contextlib.contextmanager
def signals_interrupt() -> Iterator[None]:
    """Let a request to end (SIGTERM, SIGHUP) do what Ctrl-C does: clean up, save, report."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {
        number: signal.signal(number, interrupt)
        for number in (signal.SIGTERM, signal.SIGHUP)
        # nohup asks for SIGHUP to be ignored.
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
