"""What a run is to find out: which metric, how precisely, at what cost; and what that takes."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bench.errors import UsageError, unknown
from bench.faults.events import NONE
from bench.plan.spec import LAUNCHES, Value
from bench.stats.metrics import METRICS, OF_FAULTS
from bench.units import parse_duration

if TYPE_CHECKING:
    from bench.plan.plan import Plan

_SHARE = re.compile(r"(\d+(?:\.\d*)?|\.\d+)\s*%", re.ASCII)


def read_metric(text: str) -> str:
    """A key of ``bench.stats.metrics.METRICS``; :class:`UsageError` for anything else."""
    if text not in METRICS:
        raise UsageError(unknown("metric", text, METRICS))
    return text


def read_until(text: str) -> float:
    """``5%`` as 0.05, between 0.1% and 99%: the ratio times and over 1.05."""
    found = _SHARE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"'{text}' is not a share in percent; write one like 5%")
    share = float(found[1]) / 100
    if not 0.001 <= share <= 0.99:
        raise ValueError(f"'{text}' is not between 0.1% and 99%; write one like 5%")
    return share


def read_budget(text: str) -> float:
    """Seconds of ``20m``, above 0."""
    seconds = parse_duration(text)
    if seconds == 0:
        raise ValueError("a budget of 0s runs nothing; give one like 20m")
    return seconds


def comparisons(cells: int, arms: int) -> int:
    """Verdicts planned: one a cell and contender, at least 1."""
    return max(1, cells * (arms - 1))


def pilot(axes: Mapping[str, Sequence[Value]], arms: int, where: str) -> int:
    """Rounds of the pilot of ``--until``; :class:`UsageError` where nothing is compared."""
    from bench.stats.sequential import pilot_rounds

    if arms < 2:
        raise UsageError(f"{where}: one arm has nothing to be compared with; give two or more")
    return pilot_rounds(comparisons(math.prod(map(len, axes.values())), arms))


def minimum(plan: Plan) -> int:
    """Rounds below which no cell of the plan gets a verdict."""
    from bench.stats.interval import minimum_rounds
    from bench.stats.launches import LEAST

    if plan.settings.rule == LAUNCHES and plan.settings.until is None:
        return LEAST
    return minimum_rounds(comparisons(len(plan.points), len(plan.arms)))


def first_end(plan: Plan) -> int:
    """The least number of rounds after which the run may come to its end."""
    from bench.stats.launches import LEAST

    return LEAST if plan.settings.firm else plan.settings.rounds


def shortfall(plan: Plan) -> str | None:
    """That the plan has too few rounds for a verdict, in a sentence; ``None`` when it has not."""
    settings = plan.settings
    if len(plan.arms) < 2 or settings.until is not None or settings.capacity is not None:
        return None
    if settings.soak or settings.firm or settings.demand is not None:
        return None
    rounds, least = plan.settings.rounds, minimum(plan)
    if rounds >= least:
        return _faults_shortfall(plan)
    cells, arms = len(plan.points), len(plan.arms)
    what = "1 cell" if cells == 1 else f"{cells} cells"
    if arms > 2:
        what += f" and {arms} arms"
    return (
        f"with {what} a verdict needs at least {least} rounds; "
        f"{rounds} give{'s' if rounds == 1 else ''} an estimate"
    )


def _faults_shortfall(plan: Plan) -> str | None:
    """That what is judged of faults besides has too few rounds: two metrics of each cell."""
    from bench.stats.interval import minimum_rounds

    if plan.settings.rule == LAUNCHES:
        return None
    if all(point.get("fault", NONE) == NONE for point in plan.points):
        return None
    verdicts = comparisons(len(plan.points), len(plan.arms)) * len(OF_FAULTS)
    if plan.settings.rounds >= (least := minimum_rounds(verdicts)):
        return None
    return (
        f"the verdicts on outage and on recovery, {verdicts} at once, need at least {least} "
        "rounds; those of the cells have enough"
    )
