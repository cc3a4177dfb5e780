"""A comparison, asked what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from bench.document.parts import Image, Part, Section
from bench.experiments.compare.answer import few_words, run_answer
from bench.experiments.compare.causes import cause_lines
from bench.experiments.compare.document import comparison_document
from bench.experiments.experiment import Experiment
from bench.experiments.faults.document import fault_parts
from bench.experiments.soak.document import soak_parts
from bench.experiments.soak.periodic import periodic_parts
from bench.plan.kind import Kind


class Comparison(Experiment):
    """Arms against arms."""

    kind: ClassVar[Kind] = "compare"

    def question(self) -> str:
        """Which is faster."""
        arms = self.run.arms
        if not arms:
            return "No trial has ended yet."
        if len(arms) == 1:
            return f"How fast is {arms[0]} here?"
        return self.asked()

    def asked(self) -> str:
        """The question of several arms."""
        first, *others = self.run.arms
        return f"Which is faster here: {', '.join(others)} or {first} (the baseline)?"

    def few_words(self) -> str:
        """Ratio and verdict."""
        return few_words(self.run)

    def answers(self) -> list[str]:
        """A paragraph an arm, and what the difference comes from where the run can tell."""
        return [*run_answer(self.run), *cause_lines(self.run)]

    def sections(self) -> list[Section]:
        """What faults did, what drifted, and what comes back every so many batches."""
        run = self.run
        found = (
            ("faults", "Faults", fault_parts(run)),
            ("soak", "Over hours", soak_parts(run)),
            ("periodic", "What comes back", periodic_parts(run)[1:]),
        )
        return [Section(anchor, title, tuple(parts)) for anchor, title, parts in found if parts]

    def told(self, width: int) -> list[Part]:
        """The same."""
        return [*fault_parts(self.run), *soak_parts(self.run), *periodic_parts(self.run)]

    def document(self, images: Sequence[Image] = ()) -> list[Part]:
        """The table and its notes."""
        return comparison_document(self.run, self.question(), images)
