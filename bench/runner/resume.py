"""Going on with a run that was killed or interrupted: its plan, its trials, this machine."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from bench._version import __version__
from bench.errors import UsageError
from bench.experiments.capacity.search import Capacity
from bench.experiments.demand.search import Demand
from bench.experiments.registry import strategy_of
from bench.experiments.tune.search import Tune
from bench.machine.environment import current_environment
from bench.plan.agree import changed, differences
from bench.plan.axes import Surroundings
from bench.plan.cells import cell_key
from bench.plan.plan import Plan, hash_of
from bench.plan.request import Request
from bench.process.leftovers import clear_leftovers
from bench.redaction import unknown
from bench.results.schema import EnginePlace, Environment, RunInfo, RunPart, TrialResult
from bench.results.store import RunStore
from bench.runner import preflight, replays
from bench.runner.execute import Finished, begin, hold_machine, probe_clusters, run_stored
from bench.runner.own_jobs import check_unchanged
from bench.runner.runner import OnEvent, RunTrial


def stored_plan(info: RunInfo, path: Path) -> Plan:
    """The plan of a run; :class:`UsageError` when ``run.json`` was changed by hand."""
    if hash_of(info.plan) != info.plan_hash:
        raise UsageError(
            f"--resume {path}: the plan in run.json is not the one the run began with; "
            "start a new run"
        )
    return Plan.from_dict(info.plan)


def agreed_plan(
    plan: Plan, request: Request, around: Surroundings, path: Path, *, force: bool
) -> tuple[Plan, list[str]]:
    """The plan to go on with, and what of it was changed by force.

    Options given again must say what the stored plan says, a plan file all of it.  ``force`` lets
    settings change that leave the stored trials trials of the plan.  Raises :class:`UsageError`.
    """
    if not request.given:
        return plan, []
    given = request.plan(around)
    names = request.given
    if names & {"rounds", "until"}:
        names |= {"rounds", "until", "budget"}
    found = differences(plan, given, None if request.file is not None else names)
    if not found:
        return plan, []
    fixed = [one for one in found if not one.changeable]
    if fixed:
        raise UsageError(
            f"--resume {path}: another plan, the run has {fixed[0]}; leave that out, or start a "
            "new run"
        )
    if not force:
        raise UsageError(
            f"--resume {path}: another plan, the run has {found[0]}; leave that out, or add "
            "--force to go on with it"
        )
    new = changed(plan, given, [one.name for one in found])
    return new, [f"the run had {one}" for one in found]


def resume(
    path: Path,
    *,
    request: Request,
    around: Surroundings,
    on_event: OnEvent,
    force: bool = False,
    wait: bool = False,
    run_trial: RunTrial | None = None,
) -> Finished:
    """Go on with the run in ``path`` from what is stored.

    What a killed run left behind is ended and removed first.  ``request`` is what the user has
    written of a plan, mostly nothing.  Raises :class:`UsageError` or
    :class:`bench.errors.EnvironmentProblem` before anything of the run is changed.
    """
    _ready(RunStore.open(path), request, around, force, on_event)
    with hold_machine(wait, on_event):
        # It may have gone on while we waited.
        store = RunStore.open(path)
        plan, forced, replanned = _ready(store, request, around, force, on_event)
        info = store.info
        left = clear_leftovers({part.pid for part in info.parts})
        results, problems = store.recover()
        strategy = strategy_of(plan)
        over = strategy.next(results) is None
        found = [] if over else probe_clusters(plan)
        if not (over and info.finished_at is not None and not replanned):
            part = RunPart(
                pid=os.getpid(), started_at=time.time(), forced=forced, replanned=replanned
            )
            info = store.update_info(
                parts=[*info.parts, part],
                finished_at=None,
                plan=plan.to_dict(),
                plan_hash=plan.plan_hash,
                estimate=plan.settings.estimate,
                planned_trials=len(results) + len(strategy.remaining(results)),
            )
        notes = [f"--force: {why}" for why in forced]
        if left.processes:
            notes.append(f"ended {len(left.processes)} processes that the run had left behind")
        begin(store, plan, strategy, results, on_event, notes=[*problems, *notes, *found])
        return run_stored(store, plan, strategy, results, on_event=on_event, run_trial=run_trial)


def check_trials(plan: Plan, results: list[TrialResult], path: Path) -> None:
    """Raise :class:`UsageError` unless every stored result is of a trial of the plan."""
    strategy = strategy_of(plan)
    if isinstance(strategy, (Capacity, Demand, Tune)):
        strange = [result for result in results if not strategy.belongs(result)]
        if strange:
            raise UsageError(_strange(strange[0], path))
        return
    rounds = {
        number: {spec.number: spec for spec in plan.round_trials(number)}
        for number in {result.trial.round for result in results}
    }
    for result in results:
        trial = result.trial
        spec = rounds[trial.round].get(trial.number)
        if (
            spec is None
            or (spec.arm.text, spec.seed) != (trial.arm, trial.seed)
            or cell_key(spec.cell) != cell_key(trial.cell)
        ):
            raise UsageError(_strange(result, path))


def _strange(result: TrialResult, path: Path) -> str:
    trial = result.trial
    return (
        f"--resume {path}: trial {trial.number} ({trial.arm}, round {trial.round}) is none "
        "of its plan; move that file out of trials/, or start a new run"
    )


def _ready(
    store: RunStore, request: Request, around: Surroundings, force: bool, on_event: OnEvent
) -> tuple[Plan, list[str], bool]:
    """Plan, what was forced, whether the plan was changed; raises if it must not go on."""
    from bench.runtime.shipped import code_digest

    path = store.path
    plan, forced = agreed_plan(stored_plan(store.info, path), request, around, path, force=force)
    replanned = bool(forced)
    _check_secrets(plan, path)
    preflight.check_replay(plan.settings.replay)
    replays.check_unchanged(plan.settings.replay, plan.settings.replay_sha256, f"--resume {path}")
    check_unchanged(plan.settings.own_jobs, f"--resume {path}")
    places = preflight.check_places(plan, on_event)
    results, _problems = store.read_trials()
    check_trials(plan, results, path)
    preflight.check_disk(path, len(strategy_of(plan).remaining(results)))
    found = changes(
        store.info,
        results,
        current_environment(preflight.java_of(places)),
        version=__version__,
        code_digest=code_digest(),
        places=places,
    )
    if found and not force:
        raise UsageError(
            f"--resume {path}: not the machine the run began on: {'; '.join(found)}; "
            "add --force to go on all the same, or start a new run"
        )
    return plan, [*forced, *found], replanned


def _check_secrets(plan: Plan, path: Path) -> None:
    """Raise :class:`UsageError` for a secret that was not stored and is not given again."""
    in_axes = [(key, value) for key, values in plan.axes.items() for value in values]
    in_arms = [(key, value) for arm in plan.arms for key, value in arm.keys.items()]
    for where, named in (("", in_axes), ("in its arm, ", in_arms)):
        missing = [key for key, value in named if unknown(key, value)]
        if missing:
            kind, _, name = missing[0].partition(".")
            how = f"--{kind} {name}=..." if not where else f"{missing[0]}=..."
            raise UsageError(
                f"--resume {path}: the value of {name} looks like a secret and was not stored; "
                f"give it again ({where}{how}), or start a new run"
            )


#: What the kernel keeps for itself differs a little from boot to boot.
_MEMORY_SHARE = 0.02


def changes(
    info: RunInfo,
    results: Iterable[TrialResult],
    now: Environment,
    *,
    version: str,
    code_digest: str,
    places: Mapping[str, EnginePlace] = MappingProxyType({}),
) -> list[str]:
    """What is not as it was when the run began, half a sentence each; empty when all is.

    ``places`` is what each arm would run on now.
    """
    then = info.environment
    facts = [
        ("the CPU", then.cpu, now.cpu),
        ("the number of CPUs", then.cpus, now.cpus),
        ("the system", then.os, now.os),
        ("Spark", then.spark, now.spark),
        ("Java", then.java, now.java),
        ("Python", then.python, now.python),
        ("sparkbench", info.sparkbench, version),
    ]
    ours = (then.spark, then.java, then.python)
    for arm, place in places.items():
        before = info.places.get(arm)
        if before is not None and (before.spark, before.java, before.python) != ours:
            facts += [
                (f"Spark of {arm}", before.spark, place.spark),
                (f"Java of {arm}", before.java, place.java),
                (f"Python of {arm}", before.python, place.python),
            ]
    found = [
        f"{what} was {old or 'none'} and is {new or 'none'}"
        for what, old, new in facts
        if old != new
    ]
    if abs(now.memory_bytes - then.memory_bytes) > _MEMORY_SHARE * then.memory_bytes:
        sizes = (f"{size / 2**30:.1f} GiB" for size in (then.memory_bytes, now.memory_bytes))
        found.append("the memory was {} and is {}".format(*sizes))
    if any(result.trial.code_digest != code_digest for result in results):
        found.append("the code of the engines is not the one its trials ran")
    return found
