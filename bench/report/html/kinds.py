"""What a page says more, or instead, of a run that is no plain comparison."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bench.experiments.aa.document import aa_lines, aa_report
from bench.experiments.capacity import text as capacity_text
from bench.experiments.capacity.findings import capacity_report
from bench.experiments.compare.answer import run_answer
from bench.experiments.faults.document import fault_parts
from bench.experiments.soak.document import soak_parts
from bench.experiments.tune.document import headline, tune_lines
from bench.experiments.tune.findings import tune_of
from bench.report.html.blocks import Block, blocks, items, line, table
from bench.summary import notes
from bench.summary.source import Source

if TYPE_CHECKING:
    from bench.decision import DecisionView


@dataclass(frozen=True)
class Section:
    """A part of the page with a heading of its own."""

    anchor: str
    title: str
    blocks: list[Block]


@dataclass(frozen=True)
class Kind:
    """Question and answer of a run, its own sections, and whether its cells are to be compared."""

    question: str
    answers: list[str]
    sections: list[Section] = field(default_factory=list)
    compares: bool = True


def kind_of(run: Source) -> Kind:
    """A comparison, an A/A run, a search for capacity or one for settings."""
    return _capacity(run) or _tune(run) or _compare(run)


def decision_section(view: DecisionView, number: int = 1) -> Section:
    """A decision as a part of the page."""
    from bench.decision.view import READING, reading_costs

    costs = [*table(view.costs), line(reading_costs(view), "small")] if view.costs.rows else []
    found = [
        line(view.sentence, "lead"),
        *table(view.arms, view.question),
        line(READING, "small"),
        *costs,
        *items(view.reasons),
        *table(view.evidence, "Evidence"),
    ]
    if view.not_measured:
        found += [Block("heading", text="Not measured"), *items(view.not_measured)]
    if view.next_steps:
        found += [Block("heading", text="Next"), *items(map(str, view.next_steps))]
    return Section(f"decision-{number}", f"Decision: {view.answer}", found)


def _compare(run: Source) -> Kind:
    found = aa_report(run)
    sections = (
        [Section("noise", "Noise of this machine", blocks(aa_lines(found)))]
        if found is not None
        else []
    )
    struck = fault_parts(run)
    if struck:
        sections.append(Section("faults", "Faults", blocks(struck)))
    soaked = soak_parts(run)
    if soaked:
        sections.append(Section("soak", "Over hours", blocks(soaked)))
    return Kind(notes.question(run), run_answer(run), sections)


def _capacity(run: Source) -> Kind | None:
    report = capacity_report(run)
    if report is None:
        return None
    found = [
        line(f"{capacity_text.context(report)}."),
        *table(capacity_text.table(report)),
        *[line(words, "small") for words in capacity_text.reading(report)],
        Block("heading", text="Why no more"),
        *items([*capacity_text.reasons(report), *capacity_text.notes(report)]),
    ]
    return Kind(
        capacity_text.question(report),
        capacity_text.answers(report) or ["No rate has been found to hold yet."],
        [Section("capacity", "What holds", found)],
        compares=False,
    )


def _tune(run: Source) -> Kind | None:
    report = tune_of(run)
    if report is None:
        return None
    arm = report.tune.plan.arms[0].text
    return Kind(
        f"Which settings are better for {arm} here than those it has?",
        [headline(report)],
        [Section("settings", "Settings tried", blocks(tune_lines(report)[1:]))],
        compares=False,
    )
