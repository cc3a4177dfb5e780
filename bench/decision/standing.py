"""One arm at one setting against the target, from the rates that were measured.

Between two measured rates the arm stands as both of them do (interpolation).  A load beyond one
that was missed is missed, and one below a load that was held is no harder; that is as far as
anything goes beyond what was measured, and ``basis`` says so.  Anything else is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bench.decision.evidence import Point, Series
from bench.decision.reading import Reading, Word
from bench.decision.target import Cost, Target, cost_of
from bench.plan.arms import mode_of

#: ``measured``: at the very rate.  ``between`` two measured ones.  ``below`` or ``above`` all of
#: them.  ``none``: nothing was measured.
Basis = Literal["measured", "between", "below", "above", "none"]

#: Rates closer than this are one rate.
_SAME_RATE = 1e-6


@dataclass(frozen=True)
class Standing:
    """Where one arm at one setting stands.

    ``evidence`` are the readings the word rests on, nearest rates first below, then above.
    ``p99_s``, ``high_s`` (its upper bound), ``cost`` and ``busy`` are at the target's rate,
    measured or interpolated, ``None`` where neither is possible.  ``held_per_s`` is the highest
    measured rate that meets the target, ``missed_per_s`` the lowest above it that does not.
    ``support`` is a firm reading farther away that makes the word of few rounds firm.
    """

    series: Series
    word: Word
    basis: Basis
    evidence: tuple[Reading, ...] = ()
    p99_s: float | None = None
    high_s: float | None = None
    busy: float | None = None
    cpu_s_per_million: float | None = None
    cost: Cost | None = None
    held_per_s: float | None = None
    missed_per_s: float | None = None
    firm: bool = False
    support: Reading | None = None

    @property
    def arm(self) -> str:
        """The arm as the user wrote it."""
        return self.series.arm

    @property
    def mode(self) -> str:
        """How the arm's query goes on: one of ``bench.contract.MODES``."""
        return mode_of(self.series.arm)

    @property
    def interpolated(self) -> bool:
        """Whether the figures are read between two measured rates."""
        return self.basis == "between" and self.p99_s is not None


def used_points(series: Series, rate_per_s: float) -> tuple[Basis, tuple[Point, ...]]:
    """Which points the standing at ``rate_per_s`` rests on: the very one, or the neighbours.

    It depends on the rates alone, never on what was found there.
    """
    points = sorted(series.points, key=lambda point: point.rate_per_s)
    exact = [p for p in points if math.isclose(p.rate_per_s, rate_per_s, rel_tol=_SAME_RATE)]
    if exact:
        return "measured", (exact[0],)
    below = [p for p in points if p.rate_per_s < rate_per_s]
    above = [p for p in points if p.rate_per_s > rate_per_s]
    if below and above:
        return "between", (below[-1], above[0])
    if below:
        return "above", (below[-1],)
    return ("below", (above[0],)) if above else ("none", ())


def stand(series: Series, readings: Sequence[Reading], target: Target) -> Standing:
    """The standing of ``series`` from the readings of all its points, in the order of the rates."""
    basis, points = used_points(series, target.rate_per_s)
    evidence = tuple(r for point in points for r in readings if r.point is point)
    word = _word(basis, evidence)
    if any(reading.kind == "unsupported" for reading in readings):
        # It cannot do it at any rate.
        word, evidence = "misses", tuple(r for r in readings if r.kind == "unsupported")[:1]
    firm = bool(evidence) and all(reading.firm for reading in evidence)
    if basis == "between" and word != "unknown":
        # Two rates that agree are two trials that agree.
        firm = firm or all(reading.clear for reading in evidence)
    support = None if firm else _support(word, readings, target.rate_per_s)
    held = [reading.rate_per_s for reading in readings if reading.word == "meets"]
    top = max(held, default=None)
    missed = [
        reading.rate_per_s
        for reading in readings
        if reading.word == "misses" and reading.rate_per_s > (top or 0.0)
    ]
    at_rate = evidence if basis in ("measured", "between") else ()
    cpu = _cpu(at_rate, target.rate_per_s)
    return Standing(
        series=series,
        word=word,
        basis=basis,
        evidence=evidence,
        p99_s=_between(at_rate, target.rate_per_s, [r.p99_s for r in at_rate]),
        high_s=_most([r.high_s for r in at_rate]),
        busy=_between(at_rate, target.rate_per_s, [r.point.busy for r in at_rate]),
        cpu_s_per_million=cpu,
        cost=None if cpu is None else cost_of(target, cpu, series.cores),
        held_per_s=top,
        missed_per_s=min(missed, default=None),
        firm=firm or support is not None,
        support=support,
    )


def _support(word: Word, readings: Sequence[Reading], rate_per_s: float) -> Reading | None:
    """A firm reading that says the same of a load that is no easier (or no harder) to bear.

    So the trials at the limit of a search for capacity stand in for the short ones on the way to
    it.  Readings in between that say something else leave it open.
    """
    if word == "meets":
        farther = [reading for reading in readings if reading.rate_per_s > rate_per_s]
    elif word == "misses":
        farther = [reading for reading in readings if reading.rate_per_s < rate_per_s][::-1]
    else:
        return None
    for reading in farther:
        if reading.word != word:
            return None
        if reading.firm:
            return reading
    return None


def _word(basis: Basis, evidence: Sequence[Reading]) -> Word:
    words = {reading.word for reading in evidence}
    if len(words) != 1:
        # Nothing was measured, or the limit lies between two rates.
        return "unknown"
    word = words.pop()
    if basis == "above" and word == "meets":
        return "unknown"
    if basis == "below" and word == "misses":
        return "unknown"
    return word


def _between(
    readings: Sequence[Reading], rate_per_s: float, values: Sequence[float | None]
) -> float | None:
    """A figure at ``rate_per_s``: the measured one, or on the line between the two neighbours."""
    known = [value for value in values if value is not None]
    if not known or len(known) < len(values):
        return None
    if len(known) == 1:
        return known[0]
    low, high = readings[0].rate_per_s, readings[1].rate_per_s
    share = (rate_per_s - low) / (high - low)
    return known[0] + share * (known[1] - known[0])


def _cpu(readings: Sequence[Reading], rate_per_s: float) -> float | None:
    """CPU seconds a million records; it is CPU time a second that lies on a line."""
    per_s = [
        None
        if reading.point.cpu_s_per_million is None
        else reading.point.cpu_s_per_million * reading.rate_per_s
        for reading in readings
    ]
    found = _between(readings, rate_per_s, per_s)
    return None if found is None else found / rate_per_s


def _most(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if known and len(known) == len(values) else None
