"""A search for capacity, asked what it says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from bench.document import text
from bench.document.parts import Heading, Image, Line, Part, Section, bullets
from bench.experiments.capacity import text as words
from bench.experiments.capacity.findings import CapacityReport, capacity_report
from bench.experiments.capacity.frame import capacity_data, capacity_frame, curve_frame
from bench.experiments.capacity.scaling import scaling_sentences
from bench.experiments.experiment import Experiment
from bench.plan.kind import Kind
from bench.summary import conduct, notes
from bench.summary.facts import run_again

if TYPE_CHECKING:
    import pandas as pd

    from bench.plots.plot import Plot


class CapacityRun(Experiment):
    """The highest rate that each arm holds."""

    kind: ClassVar[Kind] = "capacity"
    compares: ClassVar[bool] = False
    own: ClassVar[bool] = True

    @cached_property
    def report(self) -> CapacityReport:
        """The searches replayed, once."""
        found = capacity_report(self.run)
        assert found is not None, "the plan is of this kind"
        return found

    def question(self) -> str:
        """Which rate holds."""
        return words.question(self.report)

    def few_words(self) -> str:
        """The rates."""
        return words.answer(self.report) if self.run.results else "no trial ended"

    def answers(self) -> list[str]:
        """The finding of each cell."""
        return words.answers(self.report) or ["No rate has been found to hold yet."]

    def sections(self) -> list[Section]:
        """What holds, and why no more."""
        report = self.report
        parts = (
            Line(f"{words.context(report)}."),
            words.table(report),
            *[Line(said, "dim") for said in words.reading(report)],
            Heading("Why no more"),
            *bullets([*words.reasons(report), *words.notes(report)]),
        )
        return [Section("capacity", "What holds", parts)]

    def told(self, width: int) -> list[Part]:
        """The same, and where the results are."""
        run = self.run
        parts = [*words.lines(self.report, width), Line("")]
        parts += [Line(f"! {said}", "yellow") for said in notes.completeness(run)]
        spent = conduct.time_share(run.info, run.results)
        parts += [Line(spent)] if spent is not None else []
        if run.place is not None:
            parts.append(Line(f"Results: {text.plain(run.place)}; the plot: report/capacity.png"))
        return parts

    def document(self, images: Sequence[Image] = ()) -> list[Part]:
        """The same in full, with latency by rate."""
        run, report = self.run, self.report
        found: list[Part] = [
            Heading("Capacity of " + ", ".join(report.arms), 1),
            Line(words.question(report)),
            *bullets([*words.answers(report), *scaling_sentences(report)]),
            Heading("What holds"),
            Line(f"{words.context(report)}."),
            words.table(report),
            *images,
            Heading("Why no more"),
            *bullets([*words.reasons(report), *words.notes(report)]),
            *bullets(notes.completeness(run)),
        ]
        if any(one.points for one in report.found):
            found += [Heading("Latency by rate"), words.curve(report)]
        load = notes.work(run)
        read = [*([f"{load[0].upper()}{load[1:]}."] if load else []), *words.reading(report)]
        found += [Heading("How to read it"), *bullets(read)]
        sides = notes.sides(run)
        found += [Heading("What was compared"), *bullets(sides)] if sides else []
        found += bullets([line for line in conduct.conduct(run) if line.startswith("Resumed")])
        return [*found, *run_again(run)]

    def tables(self) -> dict[str, pd.DataFrame]:
        """What holds, and latency by rate."""
        return {"capacity": capacity_frame(self.report), "curve": curve_frame(self.report)}

    def data(self) -> dict[str, object]:
        """The findings."""
        return {"capacity": capacity_data(self.report)}

    def plots(self) -> tuple[Plot, ...]:
        """Latency by rate."""
        from bench.experiments.capacity.plot import PLOT

        return (PLOT,)
