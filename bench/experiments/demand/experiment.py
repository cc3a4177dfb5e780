"""A search for cores, asked what it says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from bench.document.parts import Heading, Image, Line, Part, Section, bullets
from bench.experiments.demand import text as words
from bench.experiments.demand.findings import (
    DemandReport,
    demand_data,
    demand_frame,
    demand_report,
)
from bench.experiments.experiment import Experiment
from bench.plan.kind import Kind
from bench.summary import conduct, notes
from bench.summary.facts import run_again

if TYPE_CHECKING:
    import pandas as pd


class DemandRun(Experiment):
    """The least cores that hold a rate."""

    kind: ClassVar[Kind] = "demand"
    compares: ClassVar[bool] = False
    own: ClassVar[bool] = True

    @cached_property
    def report(self) -> DemandReport:
        """The searches replayed, once."""
        found = demand_report(self.run)
        assert found is not None, "the plan is of this kind"
        return found

    def question(self) -> str:
        """How many cores."""
        return words.question(self.report)

    def few_words(self) -> str:
        """The cores."""
        return words.answer(self.report) if self.run.results else "no trial ended"

    def answers(self) -> list[str]:
        """The finding of each cell."""
        return words.answers(self.report) or ["No number of cores has been found to hold it yet."]

    def sections(self) -> list[Section]:
        """What is needed, and why no fewer."""
        report = self.report
        parts = (
            Line(f"{words.context(report)}."),
            words.table(report),
            *[Line(said, "dim") for said in words.reading()],
            Heading("Why no fewer"),
            *bullets(words.reasons(report)),
        )
        return [Section("demand", "What is needed", parts)]

    def told(self, width: int) -> list[Part]:
        """The same."""
        report, run = self.report, self.run
        spent = conduct.time_share(run.info, run.results)
        return [
            Line(words.question(report), "bold"),
            Line(f"{words.context(report)}."),
            Line(""),
            words.table(report),
            Line(""),
            *[Line(sentence, "bold") for sentence in words.answers(report)],
            *[Line(sentence, "dim") for sentence in words.reading()],
            *[Line(sentence) for sentence in words.reasons(report)],
            *[Line(f"! {said}", "yellow") for said in notes.completeness(run)],
            *([] if spent is None else [Line(spent)]),
        ]

    def document(self, images: Sequence[Image] = ()) -> list[Part]:
        """The same in full."""
        report, run = self.report, self.run
        sides = notes.sides(run)
        return [
            Heading("Cores for " + ", ".join(report.arms), 1),
            Line(words.question(report)),
            *bullets(words.answers(report)),
            Heading("What is needed"),
            Line(f"{words.context(report)}."),
            words.table(report),
            Heading("Why no fewer"),
            *bullets([*words.reasons(report), *notes.completeness(run)]),
            Heading("How to read it"),
            *bullets(words.reading()),
            *([Heading("What was compared"), *bullets(sides)] if sides else []),
            *run_again(run),
        ]

    def tables(self) -> dict[str, pd.DataFrame]:
        """What is needed."""
        return {"demand": demand_frame(self.report)}

    def data(self) -> dict[str, object]:
        """The findings."""
        return {"demand": demand_data(self.report)}

    def plots(self) -> tuple[()]:
        """None: a table says it."""
        return ()
