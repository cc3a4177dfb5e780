"""What the searches for capacity and for cores share: one after another, replayed.  Pure.

A search is a function of its trials, so nothing is remembered: whoever asks, replays the stored
results, and a run that is resumed or read again comes to the same place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bench.experiments.capacity.outcome import MEANING, Outcome, outcome_of
from bench.experiments.capacity.rule import End
from bench.experiments.compare.rounds import MAX_ATTEMPTS, latest_attempts
from bench.plan.capacity import FRESH
from bench.plan.cells import cell_key
from bench.plan.spec import TrialSpec

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

_Place = TypeVar("_Place")
_Step = TypeVar("_Step")


@dataclass(frozen=True)
class Search(Generic[_Place, _Step]):
    """How far a search is: its steps with their trials, its end, or the trial it asks for."""

    place: _Place
    steps: tuple[_Step, ...] = ()
    trials: tuple[TrialResult, ...] = ()
    end: End | None = None
    asks: TrialSpec | None = None


_Search = TypeVar("_Search", bound=Search[Any, Any])


class Searches(Generic[_Search]):
    """The trials of a run, one search after another, cell by cell.

    Numbers count from 1 in the order of the searches' steps.  A fresh trial that failed or is
    invalid runs once more, as a further attempt of its number.  ``made`` is how far one search is,
    ``bound_s`` the p99 to keep at a trigger interval.
    """

    made: type[_Search]
    places: tuple[Any, ...]
    bound_s: Callable[[float], float]

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The trial the first search that has not ended asks for."""
        return next((s.asks for s in self.searches(results) if s.asks is not None), None)

    def searches(self, results: Sequence[TrialResult]) -> list[_Search]:
        """Every search as these results leave it, in order; those after the first open one empty.

        Results that the searches do not ask for (left by a damaged file) are passed over.
        """
        latest = latest_attempts(results)
        found: list[_Search] = []
        for place in self.places:
            if found and found[-1].end is None:
                found.append(self.made(place))
            else:
                number = sum(len(one.steps) for one in found)
                found.append(self._replay(place, latest, number))
        return found

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """What is expected to run."""
        left: list[TrialSpec] = []
        number = 0
        for search in self.searches(results):
            steps, asks = list(search.steps), search.asks
            while not isinstance(move := self._decide(search.place, steps), End):
                number_here = number + len(steps) + 1
                left.append(asks or self._spec(search.place, move, steps, number_here))
                steps.append(self._expected(search, move, steps))
                asks = None
            number += len(steps)
        return left

    def told(self, results: Sequence[TrialResult]) -> list[str]:
        """A sentence for each search that has ended, in order."""
        return [self._sentence(one) for one in self.searches(results) if one.end is not None]

    def judged(self, result: TrialResult) -> str:
        """What a trial says of what it was run for."""
        outcome = outcome_of(result, self.bound_s(result.trial.trigger_s))
        meaning = MEANING[outcome.word]
        return f"{meaning}: {outcome.reason}" if outcome.reason else meaning

    def _replay(self, place: Any, latest: Mapping[int, TrialResult], number: int) -> _Search:
        steps: list[Any] = []
        trials: list[TrialResult] = []
        while True:
            move = self._decide(place, steps)
            if isinstance(move, End):
                return self.made(place, tuple(steps), tuple(trials), move)
            spec = self._spec(place, move, steps, number + len(steps) + 1)
            result = latest.get(spec.number)
            if result is None or not _answers(result, spec):
                attempt = 1 if result is None else result.trial.attempt + 1
                asks = replace(spec, attempt=attempt)
                return self.made(place, tuple(steps), tuple(trials), None, asks)
            outcome, attempt = outcome_of(result, place.bound_s), result.trial.attempt
            again = spec.purpose == FRESH and outcome.word in ("failed", "invalid")
            if again and attempt < MAX_ATTEMPTS:
                asks = replace(spec, attempt=attempt + 1)
                return self.made(place, tuple(steps), tuple(trials), None, asks)
            # Of earlier attempts only the last one may be at hand; they took about as long.
            steps.append(self._step(move, outcome, result.trial_s * attempt))
            trials.append(result)

    def _decide(self, place: Any, steps: Sequence[Any]) -> Any:
        """The next move of a search, or its end."""
        raise NotImplementedError

    def _spec(self, place: Any, move: Any, steps: Sequence[Any], number: int) -> TrialSpec:
        """The trial of a move that follows these steps."""
        raise NotImplementedError

    def _step(self, move: Any, outcome: Outcome, spent_s: float) -> Any:
        """The step that a move became."""
        raise NotImplementedError

    def _expected(self, search: _Search, move: Any, steps: Sequence[Any]) -> Any:
        """The step that a move is expected to become."""
        raise NotImplementedError

    def _sentence(self, search: _Search) -> str:
        """What a search that has ended found."""
        raise NotImplementedError


def _answers(result: TrialResult, spec: TrialSpec) -> bool:
    trial = result.trial
    return (trial.arm, cell_key(trial.cell), trial.purpose) == (
        spec.arm.text,
        cell_key(spec.cell),
        spec.purpose,
    )
