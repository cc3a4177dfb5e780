"""The strategy a plan asks for."""

from __future__ import annotations

from bench.experiments.base import Strategy
from bench.experiments.capacity.search import Capacity
from bench.experiments.compare.firm import Firm
from bench.experiments.compare.rounds import Rounds
from bench.experiments.compare.until import Until
from bench.experiments.tune.search import Tune
from bench.plan.plan import Plan
from bench.plan.spec import LAUNCHES


def strategy_of(plan: Plan) -> Strategy:
    """What the plan says: a search (for capacity, for settings), rounds until narrow enough, until
    the verdicts are firm, or a number of rounds.
    """
    if plan.settings.capacity is not None:
        return Capacity(plan)
    if plan.settings.tune is not None:
        return Tune(plan)
    if plan.settings.until is not None:
        return Until(plan)
    by_launch = plan.settings.rule == LAUNCHES and not plan.settings.soak
    return Firm(plan) if by_launch else Rounds(plan)
