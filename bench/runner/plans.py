"""The plans of runs that are no comparison, from what a user has written of them.

Each takes the request, what is around, and a plan file's name, over which the request wins; each
gives the plan and the text of that file, and raises :class:`UsageError`.  Those of searches for
capacity are in ``search_plan``.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bench.contract.knobs import Dimension, Use, settings
from bench.errors import UsageError
from bench.experiments.aa.design import DEFAULT_ROUNDS, against_itself, least_rounds
from bench.experiments.tune.space import fitting, without
from bench.plan.arms import choice
from bench.plan.axes import CONF_PREFIX, Surroundings
from bench.plan.build import Where, option
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.plan.spec import Arm, TrialSpec
from bench.plan.tune import DEFAULT_BUDGET, TRIAL, TuneSearch, read_bound, read_budget
from bench.runner.plan_files import over_file
from bench.trial.knobs import engine_dimensions, engine_profiles, use_of
from bench.trial.setup import receivers, task_slots
from bench.units import format_duration, parse_duration

#: What the plan of a comparison says of how often it compares; an A/A run has its own rule.
_NOT_REPEATED = frozenset({"rounds", "until", "budget"})

#: What it says and a search finds by itself, or has no use for.
_NOT_TUNED = frozenset({"rounds", "until", "budget", "fork"})

#: What it says and no long trial asks for.
_NOT_SOAKED = frozenset({"rounds", "until", "budget", "metric", "fork", "fault"})


def plan_aa(
    request: Request,
    around: Surroundings,
    *,
    inject: str | None = None,
    plan_file: str | None = None,
    spell: Where = option,
) -> tuple[Plan, str | None]:
    """The plan of an arm against itself, one side delayed by ``inject``, and the file's text."""
    request, text = over_file(request, plan_file, around, _NOT_REPEATED)
    plan = request.plan(around, spell)
    if "rounds" not in request.settings:
        count = least_rounds(len(plan.points)) if request.quick else DEFAULT_ROUNDS
        count = max(count, least_rounds(len(plan.points)))
        request = replace(request, settings={**request.settings, "rounds": str(count)})
        plan = request.plan(around, spell)
    return against_itself(plan, 0.0 if inject is None else _delay(inject)), text


def _delay(text: str) -> float:
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise UsageError(f"--inject: {error}") from None
    if seconds == 0:
        raise UsageError("--inject: 0s delays nothing; give a time like 20ms, or leave it out")
    return seconds


def plan_soak(
    request: Request,
    around: Surroundings,
    *,
    plan_file: str | None = None,
    spell: Where = option,
) -> tuple[Plan, str | None]:
    """The plan of one long trial an arm and cell, and the file's text."""
    request, text = over_file(request, plan_file, around, _NOT_SOAKED)
    plan = request.plan(around, spell)
    return replace(plan, settings=replace(plan.settings, soak=True)), text


def plan_tune(
    request: Request,
    around: Surroundings,
    *,
    p99: str | None = None,
    budget: str | None = None,
    allow_weaker: bool = False,
    plan_file: str | None = None,
    spell: Where = option,
) -> tuple[Plan, str | None]:
    """The plan of a search for settings, and the text of its file."""
    request, text = over_file(request, plan_file, around, _NOT_TUNED)
    if not request.arms:
        raise UsageError("tune needs an arm, for instance `sparkbench tune structured`")
    plan = replace(request, settings={**request.settings, "rounds": "1"}).plan(around, spell)
    unset: dict[str, Any] = {
        name: value for name, value in TRIAL.items() if name[:-2] not in request.settings
    }
    arm, spec = plan.arms[0], plan.round_trials(1)[0]
    search = TuneSearch(
        dimensions=_space(arm, spec, allow_weaker=allow_weaker),
        bound_s=None if p99 is None else read_bound(p99),
        budget_s=read_budget(DEFAULT_BUDGET if budget is None else budget),
        allow_weaker=allow_weaker,
    )
    search = replace(search, starts=_starts(search, arm, spec))
    return replace(plan, settings=replace(plan.settings, **unset, tune=search)), text


def _space(arm: Arm, spec: TrialSpec, *, allow_weaker: bool) -> tuple[Dimension, ...]:
    """What may be changed: neither what the user has set, nor to the value it has anyway."""
    use = use_of(spec, task_slots(spec))
    fixed = {*arm.keys, *(CONF_PREFIX + key for key in spec.conf)}
    if "profile" in arm.keys:
        fixed |= {CONF_PREFIX + key for key in _profile(arm, use)}
    dimensions = fitting(engine_dimensions(arm.engine), use, fixed=fixed, allow_weaker=allow_weaker)
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
