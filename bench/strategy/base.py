"""What every strategy is: a pure question, asked again after each trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from bench.plan.spec import TrialSpec

if TYPE_CHECKING:
    from bench.results.schema import TrialResult


class Strategy(Protocol):
    """Asks for one trial after another.

    ``next`` depends on its argument and the plan alone: the same results, in whatever order and
    from whatever process, give the same answer.  Resuming a run is therefore nothing but asking
    with the stored results.
    """

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The trial to run after these results, or ``None`` when there is nothing left to run."""
        ...

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """What is expected to run after these results, first to last, for views; may change."""
        ...
