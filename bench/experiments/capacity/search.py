"""The search for the highest rate that holds, for every arm in every cell of a plan.  Pure.

One search after another, cell by cell.  A search is a function of its trials (``capacity_rule``),
so nothing is remembered: whoever asks, replays the stored results, and a run that is resumed or
read again comes to the same place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from bench.experiments.capacity.bracket import Place, Search, likely_rung, sentence
from bench.experiments.capacity.outcome import MEANING, Outcome, Word, outcome_of
from bench.experiments.capacity.rule import End, Move, Step, decide
from bench.experiments.compare.rounds import MAX_ATTEMPTS, latest_attempts
from bench.plan.capacity import FRESH, GENERATOR_SHARE, RAMP, Ladder
from bench.plan.cells import cell_key, trial_seed
from bench.plan.estimate import trial_s
from bench.plan.load import line_cost
from bench.plan.plan import Plan
from bench.plan.spec import Cell, TrialSpec
from bench.plan.windows import settings_for

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

#: A JVM is warmed up at this share of the rate to come, so that a rate too high collapses where it
#: is measured; at the rate the search begins with at least.
PRELUDE_SHARE = 0.25

_RATE = "rate_per_s"


class Capacity:
    """The trials of a capacity run.  Numbers count from 1 in the order of the searches' steps.

    A fresh trial that failed or is invalid runs once more, as a further attempt of its number.
    """

    def __init__(self, plan: Plan) -> None:
        """``plan.settings.capacity`` must be given."""
        if plan.settings.capacity is None:
            raise ValueError("the plan says nothing of a capacity to search")
        self._plan = plan
        self._search = plan.settings.capacity
        self.places = tuple(self._places())

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The trial the first search that has not ended asks for."""
        for search in self.searches(results):
            if search.asks is not None:
                return search.asks
        return None

    def searches(self, results: Sequence[TrialResult]) -> list[Search]:
        """Every search as these results leave it, in order; those after the first open one empty.

        Results that the searches do not ask for (left by a damaged file) are passed over.
        """
        latest = latest_attempts(results)
        found: list[Search] = []
        number = 0
        for place in self.places:
            if found and found[-1].end is None:
                found.append(Search(place))
                continue
            search = self._replay(place, latest, number)
            number += len(search.steps)
            found.append(search)
        return found

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """What is expected to run: as if capacity were about where it seems to be."""
        left: list[TrialSpec] = []
        number = 0
        for search in self.searches(results):
            if search.end is not None:
                number += len(search.steps)
                continue
            steps, guess = list(search.steps), likely_rung(search)
            while isinstance(move := self._decide(search.place, steps), Move):
                number_here = number + len(steps) + 1
                spec = self._spec(search.place, move, steps, number_here)
                if len(steps) == len(search.steps) and search.asks is not None:
                    spec = search.asks
                left.append(spec)
                word: Word = "holds" if move.rung <= guess else "saturated"
                seconds = self._cost(search.place, move, steps)
                steps.append(Step(move.rung, move.purpose, Outcome(word), seconds))
            number += len(steps)
        return left

    def told(self, results: Sequence[TrialResult]) -> list[str]:
        """A sentence for each search that has ended, in order."""
        return [sentence(search) for search in self.searches(results) if search.end is not None]

    def judged(self, result: TrialResult) -> str:
        """What a trial says of its rate."""
        outcome = outcome_of(result, self._search.bound_s(result.trial.trigger_s))
        meaning = MEANING[outcome.word]
        return f"{meaning}: {outcome.reason}" if outcome.reason else meaning

    def belongs(self, result: TrialResult) -> bool:
        """Whether a stored trial can be one of this plan's."""
        return any(
            result.trial.arm == place.base.arm.text
            and cell_key(_without_rate(result.trial.cell)) == cell_key(place.cell)
            and place.ladder.rung_of(result.trial.rate_per_s) is not None
            and result.trial.purpose in (RAMP, FRESH)
            for place in self.places
        )

    def _places(self) -> list[Place]:
        bases = {(cell_key(spec.cell), spec.arm.text): spec for spec in self._plan.round_trials(1)}
        found: list[Place] = []
        for cell in self._plan.cells:
            for arm in self._plan.arms:
                base = bases[cell_key(cell), arm.text]
                place = Place(
                    len(found),
                    base,
                    _without_rate(cell),
                    self._ladder(base),
                    self._search.bound_s(base.trigger_s),
                )
                found.append(place)
        return found

    def _ladder(self, base: TrialSpec) -> Ladder:
        low, high = base.rate_per_s, self._search.high_per_s
        peak = self._search.generator_per_s
        most = high if peak is None else GENERATOR_SHARE * peak / line_cost(base)
        if most >= high:
            return Ladder(low, high, self._search.precision)
        rounded = float(f"{max(most, low):.2g}")
        return Ladder(low, max(low, rounded), self._search.precision, "generator")

    def _replay(self, place: Place, latest: Mapping[int, TrialResult], number: int) -> Search:
        steps: list[Step] = []
        trials: list[TrialResult] = []
        while True:
            move = self._decide(place, steps)
            if isinstance(move, End):
                return Search(place, tuple(steps), tuple(trials), move)
            spec = self._spec(place, move, steps, number + len(steps) + 1)
            result = latest.get(spec.number)
            if result is None or not _answers(result, spec):
                again = 1 if result is None else result.trial.attempt + 1
                asks = replace(spec, attempt=again)
                return Search(place, tuple(steps), tuple(trials), None, asks)
            outcome = outcome_of(result, place.bound_s)
            attempt = result.trial.attempt
            retry = move.purpose == FRESH and outcome.word in ("failed", "invalid")
            if retry and attempt < MAX_ATTEMPTS:
                asks = replace(spec, attempt=attempt + 1)
                return Search(place, tuple(steps), tuple(trials), None, asks)
            # Of earlier attempts only the last one may be at hand; they took about as long.
            spent_s = result.trial_s * attempt
            steps.append(Step(move.rung, move.purpose, outcome, spent_s))
            trials.append(result)

    def _decide(self, place: Place, steps: Sequence[Step]) -> Move | End:
        def cost(move: Move, before: Sequence[Step]) -> float:
            return self._cost(place, move, before)

        return decide(steps, place.ladder, self._search.budget_s, cost)

    def _cost(self, place: Place, move: Move, steps: Sequence[Step]) -> float:
        spec = self._spec(place, move, steps, 0)
        last = steps[-1] if steps else None
        shares = last is not None and last.purpose == RAMP and last.outcome.holds
        return trial_s(spec, settings_for(spec, self._plan.settings), spec if shares else None)

    def _spec(self, place: Place, move: Move, steps: Sequence[Step], number: int) -> TrialSpec:
        rate = place.ladder.rate_per_s(move.rung)
        cell = {**place.base.cell, _RATE: rate}
        low = min(rate, place.base.rate_per_s)
        ramp = move.purpose == RAMP
        before = sum((s.rung, s.purpose) == (move.rung, move.purpose) for s in steps)
        return replace(
            place.base,
            number=number,
            cell=cell,
            # Trials of one round may share a JVM; a fresh one is alone in its own.
            round=1 if ramp else 2,
            slot=len(steps),
            seed=trial_seed(self._plan.settings.seed, cell, 2 * before + (1 if ramp else 2)),
            rate_per_s=rate,
            purpose=move.purpose,
            prelude_per_s=low if ramp else max(low, PRELUDE_SHARE * rate),
        )


def _without_rate(cell: Mapping[str, Any]) -> Cell:
    return {key: value for key, value in cell.items() if key != _RATE}


def _answers(result: TrialResult, spec: TrialSpec) -> bool:
    trial = result.trial
    return (trial.arm, cell_key(trial.cell), trial.purpose) == (
        spec.arm.text,
        cell_key(spec.cell),
        spec.purpose,
    )
