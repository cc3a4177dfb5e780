"""A decision as a part of the page."""

from __future__ import annotations

from bench.decision.view import READING, READING_BILL, DecisionView, reading_costs
from bench.document.parts import Part, Section
from bench.document.table import Grid, Heading, Line
from bench.experiments.experiment import bullets


def decision_section(view: DecisionView, number: int = 1) -> Section:
    """The answer, what each arm costs, the reasons, and what to do next."""

    def table(grid: Grid, title: str, reading: str = "") -> list[Part]:
        small = [Line(reading, "small")] if reading else []
        return [Line(title, "bold"), grid, *small] if grid.rows else []

    costs: list[Part] = [view.costs, Line(reading_costs(view), "small")]
    costs = costs if view.costs.rows else []
    found: list[Part] = [
        Line(view.sentence, "lead"),
        *table(view.arms, view.question),
        Line(READING, "small"),
        *costs,
        *table(view.bill, "The bill", READING_BILL),
        *bullets(view.reasons),
        *table(view.evidence, "Evidence"),
    ]
    if view.not_measured:
        found += [Heading("Not measured"), *bullets(view.not_measured)]
    if view.next_steps:
        found += [Heading("Next"), *bullets([str(step) for step in view.next_steps])]
    return Section(f"decision-{number}", f"Decision: {view.answer}", tuple(found))
