"""The strategy a plan asks for."""

from __future__ import annotations

from bench.plan.plan import Plan
from bench.strategy.base import Strategy
from bench.strategy.rounds import Rounds
from bench.strategy.until import Until


def strategy_of(plan: Plan) -> Strategy:
    """Rounds until narrow enough where the plan says so, else as many as it says."""
    return Rounds(plan) if plan.settings.until is None else Until(plan)
