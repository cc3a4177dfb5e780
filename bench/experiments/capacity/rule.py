"""How a capacity search goes on, from what it has seen: numbers in, a move or an end out.  Pure.

The ramp goes up from rung 0, twice as high each time and in smaller steps once batches take much of
the interval, until a rate does not hold (or down, until one does).  It only says where to look.

Fresh trials then settle it.  They halve the bracket of the ramp, step down from a rate that held in
the ramp and not afresh, and up from one that did not hold in the ramp and does afresh, in doubling
steps.  The search is over when a rung held and the next one did not, both in fresh trials.  A rate
that one fresh trial did not hold is never tried again: what holds only sometimes does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.experiments.capacity.outcome import Outcome, Word
from bench.plan.capacity import FRESH, RAMP, Ladder

Purpose = Literal["ramp", "fresh"]
EndKind = Literal[
    "closed", "ceiling", "generator", "budget", "nothing", "most", "unsupported", "failed"
]

#: In the ramp these may be a disturbance: the rung is tried once more, in the same JVM.
REPEATED: frozenset[Word] = frozenset({"between", "slow", "generator", "invalid"})

#: From this share of the interval on the ramp goes up in smaller steps.
BUSY_SHARE = 0.4

#: Share of the budget that the ramp may take, once a rate has held in it.
RAMP_SHARE = 0.5

#: A search may overrun its budget by this factor while no rate has been found to hold.
OVERRUN = 1.5

#: Ramp trials in a row that fail before any rate held: there is nothing to search.
MOST_FAILURES = 2


@dataclass(frozen=True)
class Step:
    """One trial of a search: its rung, its kind, what it said and the seconds it took."""

    rung: int
    purpose: str
    outcome: Outcome
    spent_s: float = 0.0


@dataclass(frozen=True)
class Move:
    """The trial to run next."""

    rung: int
    purpose: str


@dataclass(frozen=True)
class End:
    """How a search ended: the highest rung that held afresh, the lowest that did not.

    ``closed``: the two are neighbours.  ``ceiling``, ``generator``: the highest rate allowed held,
    or the generator can send no more.  ``budget``: time was up.  ``nothing``: no rung held.
    ``unsupported``, ``failed``: nothing could be measured.  In a search for cores, where the
    positions are those of the list of cores, ``most``: not even the most cores hold.
    """

    kind: EndKind
    held: int | None = None
    missed: int | None = None


#: Expected seconds of a move after these steps.
Cost = Callable[[Move, Sequence[Step]], float]


def decide(steps: Sequence[Step], ladder: Ladder, budget_s: float, cost: Cost) -> Move | End:
    """What follows from ``steps``, which are those of one search in their order."""
    if any(step.outcome.word == "unsupported" for step in steps):
        return End("unsupported")
    ramp = [step for step in steps if step.purpose == RAMP]
    fresh = _Fresh(ramp, [step for step in steps if step.purpose == FRESH], ladder)
    if not fresh.steps:
        if _hopeless(ramp):
            return End("failed")
        rung = _ramp_rung(ramp, ladder)
        if rung is not None:
            move = Move(rung, RAMP)
            share = RAMP_SHARE if any(step.outcome.holds for step in ramp) else 1.0
            if not ramp or _spent(ramp) + cost(move, steps) <= share * budget_s:
                return move
    found = fresh.next()
    if isinstance(found, End) or not fresh.steps:
        return found
    allowed_s = budget_s * (OVERRUN if fresh.held is None else 1.0)
    if _spent(steps) + cost(found, steps) > allowed_s:
        return End("budget", fresh.held, fresh.missed)
    return found


def _spent(steps: Sequence[Step]) -> float:
    return sum(step.spent_s for step in steps)


def _hopeless(ramp: Sequence[Step]) -> bool:
    """Whether the ramp has only failed, as often as it may."""
    return len(ramp) >= MOST_FAILURES and all(step.outcome.word == "failed" for step in ramp)


def _ramp_rung(ramp: Sequence[Step], ladder: Ladder) -> int | None:
    """The next rung of the ramp; ``None`` when it has said what it can."""
    if not ramp:
        return 0
    last, said = ramp[-1], _said(ramp)
    if last.outcome.holds:
        missed = min((rung for rung, holds in said.items() if not holds), default=None)
        rung = min(ladder.top, last.rung + _stride(last.outcome, ladder))
        over = last.rung == ladder.top or (missed is not None and rung >= missed)
        return None if over else rung
    if last.outcome.word in REPEATED and sum(step.rung == last.rung for step in ramp) == 1:
        return last.rung
    if any(holds for rung, holds in said.items() if rung < last.rung):
        return None
    rung = max(ladder.bottom, last.rung - 2 * ladder.doubling)
    return rung if rung < last.rung else None


def _said(ramp: Sequence[Step]) -> dict[int, bool]:
    """Whether each rung of the ramp held; where it was repeated, the last time counts."""
    return {step.rung: step.outcome.holds for step in ramp}


def _stride(outcome: Outcome, ladder: Ladder) -> int:
    busy = outcome.busy_share
    near = busy is not None and busy >= BUSY_SHARE
    return _fine(ladder) if near else ladder.doubling


def _fine(ladder: Ladder) -> int:
    """A step up that is less than twice as high, where the rungs are close enough for one."""
    return max(1, ladder.doubling // 2)


class _Fresh:
    """The fresh part of a search.

    ``held`` is the highest rung that held, ``upper`` the lowest that did not, or at which the
    generator gave out; ``missed`` is ``upper`` where it was the engine's.
    """

    def __init__(self, ramp: Sequence[Step], fresh: Sequence[Step], ladder: Ladder) -> None:
        self.steps = fresh
        self._ramp = ramp
        self._ladder = ladder
        short = [step.rung for step in fresh if step.outcome.word == "generator"]
        self.upper = min((step.rung for step in fresh if not step.outcome.holds), default=None)
        self._limited = self.upper in short
        self.missed = None if self._limited else self.upper
        good = {step.rung for step in fresh if step.outcome.holds}
        self.held = max((r for r in good if _below(r, self.upper)), default=None)
        said = _said(ramp)
        self._ramp_missed = min((r for r, holds in said.items() if not holds), default=None)
        self._ramp_held = max(
            (r for r, holds in said.items() if holds and _below(r, self._ramp_missed)),
            default=None,
        )

    def next(self) -> Move | End:
        """The next fresh trial, were there time without end."""
        if not self.steps and self._ramp_held is None:
            return self._nothing()
        rung = self._rung()
        return rung if isinstance(rung, End) else Move(rung, FRESH)

    def _rung(self) -> int | End:
        if self.upper is None:
            return self._first() if self.held is None else self._up(self.held)
        if self.held is None:
            return self._down(self.upper)
        if self.upper - self.held > 1:
            return (self.held + self.upper) // 2
        return End("generator" if self._limited else "closed", self.held, self.missed)

    def _nothing(self) -> End:
        """The ramp found no rung that holds."""
        if self._ramp[-1].outcome.word == "generator":
            return End("generator")
        lowest = self._ramp_missed == self._ladder.bottom
        return End("nothing" if lowest else "budget", None, self._ramp_missed)

    def _first(self) -> int:
        """Between what the ramp held and what it did not."""
        assert self._ramp_held is not None
        if self._ramp_missed is None:
            return self._ramp_held
        return (self._ramp_held + self._ramp_missed) // 2

    def _down(self, upper: int) -> int | End:
        """Nothing held yet: to what the ramp held, and from there down in doubling steps."""
        assert self._ramp_held is not None
        if self._ramp_held < upper:
            return (self._ramp_held + upper) // 2
        if upper <= self._ladder.bottom:
            return End("generator" if self._limited else "nothing", None, self.missed)
        below = sum(step.rung <= self._ramp_held for step in self.steps)
        return max(self._ladder.bottom, upper - (1 << (below - 1)))

    def _up(self, held: int) -> int | End:
        """Everything held so far: to what the ramp did not hold, and from there up."""
        top, beyond = self._ladder.top, self._ramp_missed
        if held >= top:
            return End("generator" if self._ladder.capped_by == "generator" else "ceiling", held)
        if beyond is None:
            stride = self._ladder.doubling
        elif held < beyond:
            middle = (held + beyond) // 2
            stride = (middle if middle > held else beyond) - held
        else:
            above = sum(step.outcome.holds and step.rung >= beyond for step in self.steps)
            stride = _fine(self._ladder) << (above - 1)
        return min(top, held + stride)


def _below(rung: int, limit: int | None) -> bool:
    return limit is None or rung < limit
