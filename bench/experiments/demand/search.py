"""The search for the least cores that hold a rate, for every arm in every cell of a plan.  Pure.

The inverse of ``bench.experiments.capacity``, by the same rule: a number of cores holds the rate
where a fresh trial of full length does. From the fewest cores up, in doubling steps, until one
holds; then the bracket is halved until a number of cores held and the next smaller one did not,
both in fresh trials. As there, what one trial did not hold is never tried again, and only a trial
that failed or that something outside made invalid runs once more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bench.errors import UsageError
from bench.experiments import search
from bench.experiments.capacity.outcome import MEANING, Outcome
from bench.experiments.capacity.rates import check_steady
from bench.experiments.capacity.rule import End, EndKind
from bench.experiments.capacity.search import PRELUDE_SHARE
from bench.experiments.search import Searches
from bench.plan.capacity import FRESH, PRELUDE_CAP_S, DemandSearch
from bench.plan.cells import cell_key, describe, trial_seed
from bench.plan.plan import Plan
from bench.plan.spec import Cell, TrialSpec

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

_CORES = "cores"

#: Of the two kinds of trial the user's own words, where nothing at all could be measured.
_NOTHING: tuple[EndKind, ...] = ("unsupported", "failed")


@dataclass(frozen=True)
class Step:
    """One number of cores that was tried: its position in the list, and what its trial said."""

    position: int
    outcome: Outcome


def decide(steps: Sequence[Step], count: int) -> int | End:
    """The position to try next among ``count`` numbers of cores in rising order, or the end."""
    held = min((step.position for step in steps if step.outcome.holds), default=None)
    missed = max(
        (s.position for s in steps if not s.outcome.holds and (held is None or s.position < held)),
        default=None,
    )
    if held is not None:
        below = -1 if missed is None else missed
        return End("closed", held, missed) if held - below == 1 else (held + below) // 2
    if any(step.outcome.word == "generator" for step in steps):
        return End("generator", None, missed)
    if missed is None:
        return 0
    if missed < count - 1:
        return min(2 * missed + 1, count - 1)
    words = {step.outcome.word for step in steps}
    nothing = next((kind for kind in _NOTHING if words == {kind}), None)
    if nothing is None and words <= {"failed", "invalid"}:
        nothing = "failed"
    return End(nothing or "most", None, missed)


@dataclass(frozen=True)
class Place:
    """One arm in one cell, with a trial for each number of cores, the fewest first."""

    arm: str
    cell: Cell
    bases: tuple[TrialSpec, ...]
    bound_s: float

    @property
    def rate_per_s(self) -> float:
        """The rate to be held."""
        return self.bases[0].rate_per_s

    def cores(self, position: int | None) -> int | None:
        """The number of cores at a position of the list."""
        return None if position is None else self.bases[position].cores


class Search(search.Search[Place, Step]):
    """How far a search is."""

    def at(self, position: int | None) -> tuple[Step, TrialResult] | None:
        """The trial with so many cores, where there was one."""
        pairs = zip(self.steps, self.trials, strict=True)
        return next((pair for pair in pairs if pair[0].position == position), None)

    @property
    def stopped_by(self) -> tuple[Step, TrialResult] | None:
        """The trial that says why fewer cores, or none at all, hold the rate."""
        return None if self.end is None else self.at(self.end.missed)


class Demand(Searches[Search]):
    """The trials of a search for cores."""

    made = Search

    def __init__(self, plan: Plan) -> None:
        """``plan.settings.demand`` must be given."""
        if plan.settings.demand is None:
            raise ValueError("the plan says nothing of cores to search")
        self._plan = plan
        self.bound_s = plan.settings.demand.bound_s
        self.places = tuple(self._places())

    def belongs(self, result: TrialResult) -> bool:
        """Whether a stored trial can be one of this plan's."""
        trial = result.trial
        return trial.purpose == FRESH and any(
            trial.arm == base.arm.text and cell_key(trial.cell) == cell_key(base.cell)
            for place in self.places
            for base in place.bases
        )

    def _places(self) -> list[Place]:
        bases: dict[tuple[str, str], list[TrialSpec]] = {}
        for spec in self._plan.round_trials(1):
            bases.setdefault((cell_key(_without_cores(spec.cell)), spec.arm.text), []).append(spec)
        found: dict[tuple[str, str], Place] = {}
        for whole in self._plan.cells:
            cell = _without_cores(whole)
            for arm in self._plan.arms:
                key = cell_key(cell), arm.text
                ordered = tuple(sorted(bases[key], key=lambda spec: spec.cores))
                bound_s = self.bound_s(ordered[0].trigger_s)
                found.setdefault(key, Place(arm.text, cell, ordered, bound_s))
        return list(found.values())

    def _decide(self, place: Place, steps: Sequence[Step]) -> int | End:
        return decide(steps, len(place.bases))

    def _step(self, move: int, outcome: Outcome, spent_s: float) -> Step:
        return Step(move, outcome)

    def _expected(self, search: Search, move: int, steps: Sequence[Step]) -> Step:
        """As if every number of cores that is tried held, but for the first."""
        return Step(move, Outcome("holds" if steps else "slow"))

    def _sentence(self, search: Search) -> str:
        return sentence(search)

    def _spec(self, place: Place, move: int, steps: Sequence[Step], number: int) -> TrialSpec:
        base = place.bases[move]
        return replace(
            base,
            number=number,
            round=1,
            slot=number - 1,
            seed=trial_seed(self._plan.settings.seed, base.cell, 1),
            purpose=FRESH,
            # As in a search for capacity: a rate too high collapses where it is measured.
            prelude_per_s=PRELUDE_SHARE * base.rate_per_s,
        )


def demand_plan(plan: Plan, search: DemandSearch) -> Plan:
    """``plan`` as a search among its cores; :class:`UsageError` where that cannot be."""
    for arm in plan.arms:
        if _CORES in arm.keys:
            raise UsageError(f"arm '{arm}': the cores are what is searched; leave them out")
        pinned = arm.keys.get("arrivals")
        for text in map(str, plan.axes["arrivals"] if pinned is None else [pinned]):
            check_steady(text)
    settings = replace(
        plan.settings,
        rounds=1,
        prelude_cap_s=PRELUDE_CAP_S,
        prelude_batches=None,
        firm=False,
        demand=search,
    )
    return Plan(plan.arms, plan.axes, settings)


def sentence(one: Search) -> str:
    """What a search that has ended found."""
    end, place = one.end, one.place
    assert end is not None
    where = f"{place.arm} ({describe(place.cell)})"
    stop = one.stopped_by
    why = f" ({MEANING[stop[0].outcome.word]})" if stop else ""
    held, missed = place.cores(end.held), place.cores(end.missed)
    if held is None:
        if end.kind in _NOTHING:
            reason = f", {stop[0].outcome.reason}" if stop and stop[0].outcome.reason else ""
            return f"{where}: {end.kind}{reason}"
        return f"{where}: not held by {missed} core{'s' if missed != 1 else ''}{why}"
    less = f", not {missed}{why}" if missed is not None else ", the fewest of the search"
    return f"{where}: {held} core{'s' if held != 1 else ''}{less}"


def _without_cores(cell: Mapping[str, Any]) -> Cell:
    return {key: value for key, value in cell.items() if key != _CORES}
