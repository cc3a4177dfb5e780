"""A search for capacity, asked what it says."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from bench.document.parts import Grid, Heading, Part
from bench.experiments.capacity import text as words
from bench.experiments.capacity.findings import CapacityReport, capacity_report
from bench.experiments.capacity.frame import capacity_data, capacity_frame, curve_frame
from bench.experiments.capacity.scaling import scaling_sentences
from bench.experiments.searched import SearchRun, fitting
from bench.plan.kind import Kind

if TYPE_CHECKING:
    import pandas as pd

    from bench.plots.plot import Plot


class CapacityRun(SearchRun):
    """The highest rate that each arm holds."""

    kind: ClassVar[Kind] = "capacity"
    title = "Capacity of"
    what = "What holds"
    why = "Why no more"
    nothing = "No rate has been found to hold yet."
    picture = "; the plot: report/capacity.png"

    @cached_property
    def report(self) -> CapacityReport:
        """The searches replayed, once."""
        found = capacity_report(self.run)
        assert found is not None, "the plan is of this kind"
        return found

    def question(self) -> str:
        """Which rate holds."""
        arms = ", ".join(self.report.arms)
        return f"How many records per second can {arms} sustain here?"

    def few_words(self) -> str:
        """The rates."""
        return words.answer(self.report) if self.run.results else "no trial ended"

    def table(self, width: int | None = None) -> Grid:
        """What holds, what does not, and why the search ended."""
        return fitting(words.table(self.report), words.table(self.report, wide=False), width)

    def found(self) -> list[str]:
        """Who sustains how much, and how many times as much."""
        return words.answers(self.report)

    def laws(self) -> list[str]:
        """How capacities grow with cores or executors."""
        return scaling_sentences(self.report)

    def reasons(self) -> list[str]:
        """Why each arm went no higher."""
        return words.reasons(self.report)

    def remarks(self) -> list[str]:
        """Disturbances in spite of which a rate held."""
        return words.notes(self.report)

    def curve(self, width: int | None = None) -> list[Part]:
        """Latency by rate."""
        if not any(one.points for one in self.report.found):
            return []
        title = "Latency by rate" + ("" if width is None else ", up to the knee:")
        wide, narrow = words.curve(self.report), words.curve(self.report, wide=False)
        return [Heading(title), fitting(wide, narrow, width)]

    def reading(self) -> list[str]:
        """How to read the tables."""
        return words.reading(self.report)

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
