"""The search for the highest rate that holds, for every arm in every cell of a plan.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from bench.experiments.capacity.bracket import Place, Search, likely_rung, sentence
from bench.experiments.capacity.outcome import Outcome, Word
from bench.experiments.capacity.rule import End, Move, Step, decide
from bench.experiments.search import Searches
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


class Capacity(Searches[Search]):
    """The trials of a capacity run."""

    made = Search

    def __init__(self, plan: Plan) -> None:
        """``plan.settings.capacity`` must be given."""
        if plan.settings.capacity is None:
            raise ValueError("the plan says nothing of a capacity to search")
        self._plan = plan
        self._search = plan.settings.capacity
        self.bound_s = self._search.bound_s
        self.places = tuple(self._places())

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
                bound_s = self.bound_s(base.trigger_s)
                found.append(Place(base, _without_rate(cell), self._ladder(base), bound_s))
        return found

    def _ladder(self, base: TrialSpec) -> Ladder:
        low, high = base.rate_per_s, self._search.high_per_s
        peak = self._search.generator_per_s
        most = high if peak is None else GENERATOR_SHARE * peak / line_cost(base)
        if most >= high:
            return Ladder(low, high, self._search.precision)
        rounded = float(f"{max(most, low):.2g}")
        return Ladder(low, max(low, rounded), self._search.precision, "generator")

    def _decide(self, place: Place, steps: Sequence[Step]) -> Move | End:
        cost = partial(self._cost, place)
        return decide(steps, place.ladder, self._search.budget_s, cost)

    def _step(self, move: Move, outcome: Outcome, spent_s: float) -> Step:
        return Step(move.rung, move.purpose, outcome, spent_s)

    def _expected(self, search: Search, move: Move, steps: Sequence[Step]) -> Step:
        """As if capacity were about where it seems to be."""
        word: Word = "holds" if move.rung <= likely_rung(search) else "saturated"
        return self._step(move, Outcome(word), self._cost(search.place, move, steps))

    def _sentence(self, search: Search) -> str:
        return sentence(search)

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
