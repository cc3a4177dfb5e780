"""What every strategy is: a pure question, asked again after each trial."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

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


@runtime_checkable
class Telling(Protocol):
    """A strategy that finds something out on the way, and can say it."""

    def told(self, results: Sequence[TrialResult]) -> list[str]:
        """A sentence for each thing found out so far; more results only add to them."""
        ...


@runtime_checkable
class Replacing(Protocol):
    """A strategy that makes rounds again which something spoiled."""

    def standing(self, results: Sequence[TrialResult]) -> list[TrialResult]:
        """The last attempts of the trials that no later round has taken the place of."""
        ...


@runtime_checkable
class Judging(Protocol):
    """A strategy to which a trial says something else than its status does."""

    def judged(self, result: TrialResult) -> str:
        """What the trial said, in a few words, its reason included."""
        ...
