"""The plan of a search for capacity or for cores, from what a user has written of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.contract.masters import is_local
from bench.errors import UsageError
from bench.experiments.capacity.rates import DEFAULT_CAPACITY_ARMS, capacity_plan
from bench.experiments.demand.search import demand_plan
from bench.machine.calibration import calibrated_peak
from bench.plan.axes import Surroundings
from bench.plan.build import Where, option
from bench.plan.capacity import (
    DEFAULT_DURATION,
    DEFAULT_LOW,
    DEFAULT_WARMUP,
    DemandSearch,
    read_p99,
    read_search,
)
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.runner.plan_files import over_file

#: What the plan of a comparison says and a search finds by itself: its rates, and how often and
#: by what it compares.
_NOT_ASKED = frozenset({"rounds", "until", "budget", "metric", "fork", "replay_speed"})
_NOT_SEARCHED = _NOT_ASKED | {"rate"}


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
    request = _searching(request, {**request.axes, "rate": [finding.pop("low", DEFAULT_LOW)]})

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


def plan_demand(
    request: Request,
    around: Surroundings,
    *,
    p99: str | None,
    plan_file: str | None = None,
    spell: Where = option,
) -> tuple[Plan, str | None]:
    """The plan of a search among cores: those given, else every number up to the machine's.

    Otherwise as :func:`plan_search`, but that the rates are the plan's.
    """
    request, text = over_file(request, plan_file, around, {*_NOT_ASKED, "cores"})
    if not request.axes.get("rate") and "replay" not in request.settings:
        raise UsageError(f"{spell('rate')}: which rate is to be held? give one, for instance 50k")
    elsewhere = any(not is_local(master) for master in request.axes.get("master", ()))
    if elsewhere and not request.axes.get("cores"):
        raise UsageError(
            f"{spell('cores')}: on a cluster, say among which numbers of task slots to search, "
            "for instance 2,4,8"
        )
    among = [str(count) for count in range(1, around.cores + 1)]
    request = _searching(request, {"cores": among, **request.axes})
    found = DemandSearch(None if p99 is None else read_p99(p99))
    return demand_plan(request.plan(around, spell), found), text


def _searching(request: Request, axes: Mapping[str, Sequence[str]]) -> Request:
    settings = {"warmup": DEFAULT_WARMUP, "duration": DEFAULT_DURATION, **request.settings}
    return replace(
        request,
        arms=request.arms or DEFAULT_CAPACITY_ARMS,
        axes=axes,
        settings={**settings, "rounds": "1"},
    )
