"""A search for settings, asked what it says."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from bench.document.parts import Line, Part, Section
from bench.experiments.compare.experiment import Comparison
from bench.experiments.tune.document import TuneReport, headline, tune_lines, tune_of
from bench.plan.kind import Kind
from bench.summary import notes

if TYPE_CHECKING:
    from bench.plots.plot import Plot


class TuneRun(Comparison):
    """Better settings of an arm; where its plan cannot be read, the comparison that it also is."""

    kind: ClassVar[Kind] = "tune"

    @cached_property
    def report(self) -> TuneReport | None:
        """The search replayed, once; ``None`` where its plan cannot be read any more."""
        return tune_of(self.run)

    @property
    def compares(self) -> bool:  # type: ignore[override]
        """Configurations stand beside each other in a table of their own."""
        return self.report is None

    @property
    def own(self) -> bool:  # type: ignore[override]
        """A terminal shows that table alone."""
        return self.report is not None

    def question(self) -> str:
        """Which settings are better."""
        if self.report is None:
            return super().question()
        arm = self.report.tune.plan.arms[0].text
        return f"Which settings are better for {arm} here than those it has?"

    def answers(self) -> list[str]:
        """What the proof says."""
        return super().answers() if self.report is None else [headline(self.report)]

    def sections(self) -> list[Section]:
        """What was tried."""
        if self.report is None:
            return super().sections()
        return [Section("settings", "Settings tried", tuple(tune_lines(self.report)[1:]))]

    def told(self, width: int) -> list[Part]:
        """The same, and what to paste."""
        if self.report is None:
            return super().told(width)
        left = [Line(f"! {words}", "yellow") for words in notes.completeness(self.run)]
        return [*tune_lines(self.report, self.run.place), *left]

    def plots(self) -> tuple[Plot, ...] | None:
        """The front of latency and work rate."""
        from bench.experiments.tune.plot import PLOT

        return (PLOT,)
