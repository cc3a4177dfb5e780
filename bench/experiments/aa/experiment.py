"""An A/A run, asked what it says."""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from bench.document.parts import Part, Section
from bench.experiments.aa.document import AAReport, aa_lines, aa_report
from bench.experiments.compare.experiment import Comparison
from bench.plan.kind import Kind
from bench.summary import notes


class Itself(Comparison):
    """An arm against itself."""

    kind: ClassVar[Kind] = "aa"

    @cached_property
    def report(self) -> AAReport:
        """The run judged."""
        found = aa_report(self.run)
        assert found is not None, "the plan is of this kind"
        return found

    def asked(self) -> str:
        """Whether there is a difference where none can be."""
        return f"Does {self.run.arms[0]} differ from itself here (an A/A run)?"

    def answers(self) -> list[str]:
        """The verdict, and the threshold or why there is none."""
        if not self.run.results:
            return super().answers()
        return [*notes.answers(self.run, most=1), aa_lines(self.report)[-1].text]

    def sections(self) -> list[Section]:
        """The noise floor, and how often noise looks like a difference."""
        lines = tuple(aa_lines(self.report))
        return [Section("noise", "Noise of this machine", lines), *super().sections()]

    def told(self, width: int) -> list[Part]:
        """The same."""
        return [*super().told(width), *aa_lines(self.report)]
