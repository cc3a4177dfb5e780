"""A decision on a terminal."""

from __future__ import annotations

from bench.decision.decide import Decision
from bench.decision.view import READING, READING_BILL, decision_view, reading_costs
from bench.document.table import Grid, Line

_STYLES = {"stay": "bold green", "migrate": "bold yellow", "tune first": "bold yellow"}


def decision_lines(decision: Decision) -> list[Line | Grid]:
    """The answer, the arms, the reasons, the evidence, what next, and what was not measured."""
    view = decision_view(decision)
    costs: list[Line | Grid] = []
    if view.costs.rows:
        costs = [view.costs, Line(reading_costs(view), "dim"), Line("")]
    if view.bill.rows:
        costs += [Line("The bill", "bold"), view.bill, Line(READING_BILL, "dim"), Line("")]
    parts: list[Line | Grid] = [
        Line(view.question, "bold"),
        Line(view.sentence, _STYLES.get(view.answer, "bold")),
        Line(""),
        view.arms,
        Line(READING, "dim"),
        Line(""),
        *costs,
        *(Line(f"- {reason}") for reason in view.reasons),
    ]
    if view.evidence.rows:
        parts += [Line(""), Line("Evidence", "bold"), view.evidence]
    parts += [Line(""), Line("Not measured", "bold")]
    parts += [Line(f"- {line}") for line in view.not_measured]
    if view.next_steps:
        parts += [Line(""), Line("Next", "bold"), *(Line(f"- {s}") for s in view.next_steps)]
    return parts
