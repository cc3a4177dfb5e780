"""Stay, migrate, tune first or measure more: what a run says about a load and a latency target.

``decide`` is the door; :mod:`bench.decision.rule` is the rule itself, docs/decide.md explains it.
Pure: it reads what was measured and computes.
"""

from bench.decision.data import decision_data
from bench.decision.decide import Decision, decide
from bench.decision.target import Target
from bench.decision.view import DecisionView, decision_markdown, decision_parts, decision_view

__all__ = [
    "Decision",
    "DecisionView",
    "Target",
    "decide",
    "decision_data",
    "decision_markdown",
    "decision_parts",
    "decision_view",
]
