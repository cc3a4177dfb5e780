"""The strategy a plan asks for."""

from __future__ import annotations

from bench.plan.plan import Plan
from bench.plan.spec import LAUNCHES
from bench.strategy.base import Strategy
from bench.strategy.capacity import Capacity
from bench.strategy.demand import Demand
from bench.strategy.firm import Firm
from bench.strategy.rounds import Rounds
from bench.strategy.tune import Tune
from bench.strategy.until import Until


def strategy_of(plan: Plan) -> Strategy:
    """What the plan says: a search (for capacity, for cores, for settings), rounds until narrow
    enough, until the verdicts are firm, or a number of rounds.
    """
    if plan.settings.capacity is not None:
        return Capacity(plan)
    if plan.settings.demand is not None:
        return Demand(plan)
    if plan.settings.tune is not None:
        return Tune(plan)
    if plan.settings.until is not None:
        return Until(plan)
    by_launch = plan.settings.rule == LAUNCHES and not plan.settings.soak
    return Firm(plan) if by_launch else Rounds(plan)
