"""What ``sparkbench tune`` does: its space, its run, its report."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.cli.actions.handling import Handling
from bench.cli.actions.measure import measure, resumed
from bench.contract.knobs import Dimension, Use, settings
from bench.errors import UsageError
from bench.experiments.tune.document import (
    AS_IT_IS,
    settings_words,
    tune_lines,
    tune_report,
)
from bench.experiments.tune.files import tune_data, tune_markdown
from bench.experiments.tune.search import Tune
from bench.experiments.tune.space import fitting, without
from bench.plan import estimate
from bench.plan.arms import choice
from bench.plan.axes import CONF_PREFIX
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.plan.spec import Arm, TrialSpec
from bench.plan.tune import DEFAULT_BUDGET, TRIAL, TuneSearch, read_bound, read_budget
from bench.results.locate import read_info
from bench.runner.exit_codes import DONE
from bench.runner.plan_files import over_file
from bench.runner.surroundings import surroundings
from bench.trial.knobs import engine_dimensions, engine_profiles, use_of
from bench.trial.setup import receivers, task_slots
from bench.units import format_duration
from bench.view.words import spell

if TYPE_CHECKING:
    from bench.run import Run
    from bench.runner.execute import Finished


#: What the plan of a comparison says and a search finds by itself, or has no use for.
_NOT_TUNED = frozenset({"rounds", "until", "budget", "fork"})

#: The plot of the front, which the run's report draws.
PLOT = "tune-front.png"


@dataclass(frozen=True)
class Invocation(Handling):
    """The options of ``tune``, as the user wrote them."""

    request: Request = field(default_factory=Request)
    p99: str | None = None
    budget: str | None = None
    allow_weaker: bool = False


def run_tune(how: Invocation) -> int:
    """Search, confirm and report; the exit code."""
    if how.force:
        raise UsageError("--force: only a run that is resumed can be forced; leave it out")
    plan, text = tune_plan(how)
    tune = Tune(plan)
    if how.dry_run:
        return _dry_run(tune, how)
    return _end(measure(plan, how, text), tune, how)


def resume_tune(name: str, how: Invocation) -> int:
    """Go on with a search from what is stored; the exit code."""
    if how.request.given or how.plan_file or how.p99 or how.budget or how.allow_weaker:
        raise UsageError("--resume: a search goes on as it was planned; give no other option")
    finished, _kind = resumed(name, how, "tune")
    return _end(finished, Tune(Plan.from_dict(read_info(finished.path).plan)), how)


def tune_plan(how: Invocation) -> tuple[Plan, str | None]:
    """The plan of a search, and the text of its file; raises :class:`UsageError`."""
    around = surroundings(how.runtimes)
    request, text = over_file(how.request, how.plan_file, around, _NOT_TUNED)
    if not request.arms:
        raise UsageError("tune needs an arm, for instance `sparkbench tune structured`")
    plan = replace(request, settings={**request.settings, "rounds": "1"}).plan(around)
    unset: dict[str, Any] = {
        name: value for name, value in TRIAL.items() if name[:-2] not in request.settings
    }
    arm, spec = plan.arms[0], plan.round_trials(1)[0]
    search = TuneSearch(
        dimensions=_space(arm, spec, how),
        bound_s=None if how.p99 is None else read_bound(how.p99),
        budget_s=read_budget(DEFAULT_BUDGET if how.budget is None else how.budget),
        allow_weaker=how.allow_weaker,
    )
    search = replace(search, starts=_starts(search, arm, spec))
    return replace(plan, settings=replace(plan.settings, **unset, tune=search)), text


def _space(arm: Arm, spec: TrialSpec, how: Invocation) -> tuple[Dimension, ...]:
    """What may be changed: neither what the user has set, nor to the value it has anyway."""
    use = use_of(spec, task_slots(spec))
    fixed = {*arm.keys, *(CONF_PREFIX + key for key in spec.conf)}
    if "profile" in arm.keys:
        fixed |= {CONF_PREFIX + key for key in _profile(arm, use)}
    dimensions = fitting(
        engine_dimensions(arm.engine), use, fixed=fixed, allow_weaker=how.allow_weaker
    )
    same = format_duration(spec.trigger_s)
    kept = without(dimensions, "trigger", [same])
    if receivers(spec):
        slots = task_slots(spec) if spec.equal == "slots" else sys.maxsize
        streams = [v for d in kept if d.key == "streams" for v in d.values]
        kept = without(kept, "streams", [v for v in streams if int(v) >= slots])
    return tuple(kept)


def _profile(arm: Arm, use: Use) -> Mapping[str, str]:
    return settings(engine_profiles(arm.engine)[choice(arm, "profile")], use)


def _starts(search: TuneSearch, arm: Arm, spec: TrialSpec) -> tuple[dict[str, str], ...]:
    """The profiles, as far as the space holds their settings: what is known to be good."""
    allowed = {(d.key, value) for d in search.dimensions for value in d.values}
    use = use_of(spec, task_slots(spec))
    found: list[dict[str, str]] = []
    for knobs in engine_profiles(arm.engine).values():
        config = {CONF_PREFIX + key: value for key, value in settings(knobs, use).items()}
        kept = {key: value for key, value in config.items() if (key, value) in allowed}
        if kept and kept not in found:
            found.append(kept)
    return tuple(found)


def _dry_run(tune: Tune, how: Invocation) -> int:
    from bench.runner import preflight

    if how.out is not None:
        preflight.check_out(how.out)
    trials = tune.planned
    total_s = estimate.run_s(trials, tune.plan.settings)
    if how.as_json:
        data = {
            "plan": tune.plan.to_dict(),
            "plan_hash": tune.plan.plan_hash,
            "expected_s": total_s,
            "trials": len(trials),
            "configurations": [
                {"arm": arm.text, "settings": dict(config)}
                for arm, config in zip(tune.arms, tune.configs, strict=True)
            ],
        }
        print(json.dumps(data, indent=1, ensure_ascii=False))
        return DONE
    for number, config in enumerate(tune.configs):
        name = AS_IT_IS if number == 0 else f"try {number}"
        print(f"{name}: {settings_words(tune, config)}")
    print(f"{len(trials)} trials, the confirmation's among them: about {spell(total_s)}")
    return DONE


def _end(finished: Finished, tune: Tune, how: Invocation) -> int:
    """Write and print the report of what has run, whatever ended it."""
    from bench.cli.actions.finish import end

    report = tune_report(tune, finished.outcome.results)

    def files(folder: Path) -> dict[str, bytes]:
        # Without figures there is none.
        plot = PLOT if (folder / PLOT).exists() else None
        return {"tune.md": tune_markdown(report, plot).encode()}

    def answer(run: Run) -> None:
        if how.as_json:
            from bench.report.export import to_json

            data = {**json.loads(to_json(run)), "tune": tune_data(report)}
            print(json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1))
        else:
            from bench.document.table import print_lines

            print_lines(tune_lines(report, str(finished.path)), sys.stdout)

    code = finished.outcome.exit_code(gate_failed=report.gate_failed)
    return end(finished, answer, files=files, code=code)
