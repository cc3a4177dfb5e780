"""One search for capacity: where, how far it is, and what it found in a sentence.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.experiments import search
from bench.experiments.capacity.outcome import MEANING
from bench.experiments.capacity.rule import Step
from bench.plan.capacity import Ladder
from bench.plan.cells import describe
from bench.plan.spec import Cell, TrialSpec

if TYPE_CHECKING:
    from bench.results.schema import TrialResult


@dataclass(frozen=True)
class Place:
    """One arm in one cell: ``cell`` has no rate, ``base`` is any of its trials."""

    base: TrialSpec
    cell: Cell
    ladder: Ladder
    bound_s: float


class Search(search.Search[Place, Step]):
    """How far a search is."""

    def rate_per_s(self, rung: int | None) -> float | None:
        """The rate of a rung of this search's ladder."""
        return None if rung is None else self.place.ladder.rate_per_s(rung)

    @property
    def stopped_by(self) -> tuple[Step, TrialResult] | None:
        """The trial that ended the search from above, where one did."""
        if self.end is None:
            return None
        kind, missed = self.end.kind, self.end.missed
        special = kind in ("unsupported", "failed", "generator")
        found = [
            (step, trial)
            for step, trial in zip(self.steps, self.trials, strict=True)
            if (step.outcome.word == kind if special else step.rung == missed)
            and not step.outcome.holds
        ]
        return found[-1] if found else None


def likely_rung(one: Search) -> int:
    """A rung near which capacity may be, for expectations of time."""
    held = [step.rung for step in one.steps if step.outcome.holds]
    missed = [step.rung for step in one.steps if not step.outcome.holds]
    ladder = one.place.ladder
    if held and missed:
        return (max(held) + min(missed)) // 2
    start = max(held, default=min(missed, default=0))
    guess = start - ladder.doubling if missed else start + 3 * ladder.doubling
    return max(ladder.bottom, min(ladder.top - 1, guess))


def sentence(one: Search) -> str:
    """What a search that has ended found."""
    end, place = one.end, one.place
    assert end is not None
    where = f"{place.base.arm.text} ({describe(place.cell)})"
    if end.kind in ("unsupported", "failed"):
        stop = one.stopped_by
        return f"{where}: {MEANING['unsupported' if end.kind == 'unsupported' else 'failed']}" + (
            f", {stop[0].outcome.reason}" if stop else ""
        )
    held, missed = one.rate_per_s(end.held), one.rate_per_s(end.missed)
    stop = one.stopped_by
    words = "no rate held" if held is None else f"holds {held:,.0f} records/s"
    if missed is not None:
        words += f", not {missed:,.0f}" + (f" ({MEANING[stop[0].outcome.word]})" if stop else "")
    if end.kind == "budget":
        words += "; the budget is spent"
    if end.kind in ("ceiling", "generator"):
        limit = "the ceiling" if end.kind == "ceiling" else "all that the generator can send"
        words += f"; that is {limit}"
    return f"{where}: {words}"
