"""The plan of a search for capacity, from what a user has written of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bench.experiments.capacity.rates import DEFAULT_CAPACITY_ARMS, capacity_plan
from bench.machine.calibration import calibrated_peak
from bench.plan.axes import Surroundings
from bench.plan.build import Where, option
from bench.plan.capacity import DEFAULT_DURATION, DEFAULT_LOW, DEFAULT_WARMUP, read_search
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.runner.plan_files import over_file

#: What the plan of a comparison says and a search finds by itself: its rates, and how often and
#: by what it compares.
_NOT_SEARCHED = frozenset({"rate", "rounds", "until", "budget", "metric", "fork", "replay_speed"})


def plan_search(
    request: Request,
    around: Surroundings,
    *,
    search: Mapping[str, str],
    plan_file: str | None = None,
    spell: Where = option,
) -> tuple[Plan, str | None]:
    """The plan, and the text of ``plan_file``, over which ``request`` wins.

    ``search`` maps low, high, precision, p99 and budget to texts.  Raises ``UsageError``.
    """
    request, text = over_file(request, plan_file, around, _NOT_SEARCHED)
    finding = dict(search)
    request = replace(
        request,
        arms=request.arms or DEFAULT_CAPACITY_ARMS,
        axes={**request.axes, "rate": [finding.pop("low", DEFAULT_LOW)]},
        settings={
            **{"warmup": DEFAULT_WARMUP, "duration": DEFAULT_DURATION},
            **request.settings,
            "rounds": "1",
        },
    )

    def where(name: str) -> str:
        return spell("low" if name == "rate" else name)

    plan = request.plan(around, where)
    found = read_search(
        low_per_s=float(plan.axes["rate_per_s"][0]),
        longest_trigger_s=max(spec.trigger_s for spec in plan.round_trials(1)),
        generator_per_s=calibrated_peak(),
        **finding,
    )
    return capacity_plan(plan, found), text
