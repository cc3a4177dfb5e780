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
from typing import TYPE_CHECKING, Any, Literal

from bench.errors import UsageError
from bench.experiments.capacity.outcome import MEANING, Outcome, outcome_of
from bench.experiments.capacity.rates import check_steady
from bench.experiments.capacity.search import PRELUDE_SHARE
from bench.experiments.compare.rounds import MAX_ATTEMPTS, latest_attempts
from bench.plan.capacity import FRESH, PRELUDE_CAP_S, DemandSearch
from bench.plan.cells import cell_key, describe, trial_seed
from bench.plan.plan import Plan
from bench.plan.spec import Cell, TrialSpec

if TYPE_CHECKING:
    from bench.results.schema import TrialResult

EndKind = Literal["closed", "most", "generator", "failed", "unsupported"]

_CORES = "cores"

#: Of the two kinds of trial the user's own words, where nothing at all could be measured.
_NOTHING: tuple[EndKind, ...] = ("unsupported", "failed")


@dataclass(frozen=True)
class End:
    """How a search ended: positions in the list of cores of what held, and of the next below.

    ``closed``: they are neighbours, or the fewest cores hold (``missed`` is ``None``).  ``most``:
    not even the most cores hold.  ``generator``: it cannot send the rate.  ``unsupported``,
    ``failed``: nothing could be measured.
    """

    kind: EndKind
    held: int | None = None
    missed: int | None = None


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


@dataclass(frozen=True)
class Search:
    """How far a search is: its steps with their trials, its end, or the trial it asks for."""

    place: Place
    steps: tuple[Step, ...] = ()
    trials: tuple[TrialResult, ...] = ()
    end: End | None = None
    asks: TrialSpec | None = None

    def at(self, position: int | None) -> tuple[Step, TrialResult] | None:
        """The trial with so many cores, where there was one."""
        pairs = zip(self.steps, self.trials, strict=True)
        return next((pair for pair in pairs if pair[0].position == position), None)

    @property
    def stopped_by(self) -> tuple[Step, TrialResult] | None:
        """The trial that says why fewer cores, or none at all, hold the rate."""
        return None if self.end is None else self.at(self.end.missed)


class Demand:
    """The trials of a run, one search after another, cell by cell; numbers count from 1."""

    def __init__(self, plan: Plan) -> None:
        """``plan.settings.demand`` must be given."""
        if plan.settings.demand is None:
            raise ValueError("the plan says nothing of cores to search")
        self._plan = plan
        self._search = plan.settings.demand
        self.places = tuple(self._places())

    def next(self, results: Sequence[TrialResult]) -> TrialSpec | None:
        """The trial the first search that has not ended asks for."""
        return next((s.asks for s in self.searches(results) if s.asks is not None), None)

    def searches(self, results: Sequence[TrialResult]) -> list[Search]:
        """Every search as these results leave it, in order; those after the first open one empty.

        Results that the searches do not ask for (left by a damaged file) are passed over.
        """
        latest = latest_attempts(results)
        found: list[Search] = []
        for place in self.places:
            if found and found[-1].end is None:
                found.append(Search(place))
                continue
            found.append(self._replay(place, latest, sum(len(one.steps) for one in found)))
        return found

    def remaining(self, results: Sequence[TrialResult]) -> list[TrialSpec]:
        """What is expected to run: as if every second number of cores that is tried held."""
        left: list[TrialSpec] = []
        number = 0
        for search in self.searches(results):
            steps = list(search.steps)
            while search.end is None and isinstance(
                position := decide(steps, len(search.place.bases)), int
            ):
                spec = self._spec(search.place, position, number + len(steps) + 1)
                asked = search.asks if len(steps) == len(search.steps) else None
                left.append(asked or spec)
                word: Literal["holds", "slow"] = "holds" if steps else "slow"
                steps.append(Step(position, Outcome(word)))
            number += len(steps)
        return left

    def told(self, results: Sequence[TrialResult]) -> list[str]:
        """A sentence for each search that has ended, in order."""
        return [sentence(search) for search in self.searches(results) if search.end is not None]

    def judged(self, result: TrialResult) -> str:
        """What a trial says of its number of cores."""
        outcome = outcome_of(result, self._search.bound_s(result.trial.trigger_s))
        meaning = MEANING[outcome.word]
        return f"{meaning}: {outcome.reason}" if outcome.reason else meaning

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
                bound_s = self._search.bound_s(ordered[0].trigger_s)
                found.setdefault(key, Place(arm.text, cell, ordered, bound_s))
        return list(found.values())

    def _replay(self, place: Place, latest: Mapping[int, TrialResult], number: int) -> Search:
        steps: list[Step] = []
        trials: list[TrialResult] = []
        while True:
            position = decide(steps, len(place.bases))
            if isinstance(position, End):
                return Search(place, tuple(steps), tuple(trials), position)
            spec = self._spec(place, position, number + len(steps) + 1)
            result = latest.get(spec.number)
            if result is None or not _answers(result, spec):
                asks = replace(spec, attempt=1 if result is None else result.trial.attempt + 1)
                return Search(place, tuple(steps), tuple(trials), None, asks)
            outcome, attempt = outcome_of(result, place.bound_s), result.trial.attempt
            if outcome.word in ("failed", "invalid") and attempt < MAX_ATTEMPTS:
                asks = replace(spec, attempt=attempt + 1)
                return Search(place, tuple(steps), tuple(trials), None, asks)
            steps.append(Step(position, outcome))
            trials.append(result)

    def _spec(self, place: Place, position: int, number: int) -> TrialSpec:
        base = place.bases[position]
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


def sentence(search: Search) -> str:
    """What a search that has ended found."""
    end, place = search.end, search.place
    assert end is not None
    where = f"{place.arm} ({describe(place.cell)})"
    stop = search.stopped_by
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


def _answers(result: TrialResult, spec: TrialSpec) -> bool:
    trial = result.trial
    return (trial.arm, cell_key(trial.cell), trial.purpose) == (
        spec.arm.text,
        cell_key(spec.cell),
        spec.purpose,
    )
