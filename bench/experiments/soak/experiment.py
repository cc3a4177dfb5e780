"""A run of long trials, asked what it says."""

from __future__ import annotations

from typing import ClassVar

from bench.experiments.compare.experiment import Comparison
from bench.experiments.soak.document import soak_answers
from bench.plan.kind import Kind


class Soak(Comparison):
    """What drifts in hours."""

    kind: ClassVar[Kind] = "soak"

    def question(self) -> str:
        """What drifts."""
        arms = self.run.arms
        return (
            f"What drifts in long trials of {' and '.join(arms)}?" if arms else super().question()
        )

    def answers(self) -> list[str]:
        """A sentence a trial."""
        if not self.run.results:
            return super().answers()
        return soak_answers([result for result in self.run.results if result.soak is not None])
