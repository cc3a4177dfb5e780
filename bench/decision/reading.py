"""One point against the target: does it meet it, miss it, or can nobody tell?

The load is held where every trial that counts is ``ok``; what ``ok`` means is decided where
trials are measured (``bench.measure.saturation``), here as everywhere.  The latency is within the
target where the whole interval of its typical p99 is, and no round was above it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from bench.decision.evidence import Point
from bench.stats.interval import NoInterval, minimum_rounds, t_interval

Word = Literal["meets", "misses", "unknown"]

#: Why: ``meets`` and ``late`` hold the load; ``close`` does, with a p99 too near to tell.
Kind = Literal[
    "meets", "late", "close", "saturated", "unsupported", "unsettled", "failed", "invalid"
]

#: Rounds from which on the interval decides, however wide it is.
LEAST = 3

#: With fewer rounds a p99 has to be this factor away from the target to count.  Trials of one arm
#: on one machine scatter by some percent: three of them with a spread of 12% have an interval of
#: times and over 1.35.
FAR = 1.5

_WORDS: dict[Kind, Word] = {
    "meets": "meets",
    "late": "misses",
    "saturated": "misses",
    "unsupported": "misses",
}


@dataclass(frozen=True)
class Reading:
    """A point, judged.

    ``p99_s`` is the geometric mean over the rounds, ``low_s`` and ``high_s`` its interval (of too
    few rounds: the lowest and highest of them).  ``clear``: nobody could read it otherwise, be it
    one trial only, for the load is not held or the p99 is far from the target.  ``firm``: it rests
    on as many rounds as a verdict asks for, or on several clear trials; anything else is an
    estimate.
    """

    point: Point
    kind: Kind
    p99_s: float | None = None
    low_s: float | None = None
    high_s: float | None = None
    firm: bool = False
    clear: bool = False

    @property
    def word(self) -> Word:
        """Meets, misses or unknown."""
        return _WORDS.get(self.kind, "unknown")

    @property
    def rate_per_s(self) -> float:
        """The rate that was measured."""
        return self.point.rate_per_s


def read_point(point: Point, p99_s: float, comparisons: int = 1, *, quick: bool = False) -> Reading:
    """Judge ``point`` against a p99 of at most ``p99_s``.

    ``comparisons`` points are judged at once: each at level 1 - 0.05/comparisons.  ``quick`` runs
    and the ramps of a capacity search have short windows, so that being far from the target makes
    nothing firm there.
    """
    quick = quick or point.short
    enough = point.rounds >= minimum_rounds(comparisons) and not point.short
    kind = _not_held(point)
    if kind is not None:
        clear = not quick or kind == "unsupported"
        several = point.statuses.get(kind, 0) >= 2
        firm = enough or kind == "unsupported" or (clear and several)
        return Reading(point, kind, firm=firm, clear=clear)
    values = point.p99_s
    if not values or min(values) <= 0:
        return Reading(point, "invalid")
    mean = math.exp(math.fsum(map(math.log, values)) / len(values))
    low, high = min(values), max(values)
    few = len(values) < LEAST
    if not few:
        try:
            found = t_interval([math.log(value) for value in values], comparisons)
        except NoInterval:
            # No spread at all: rounds that agree to the last digit tell nothing of the next one.
            few = True
        else:
            mean, low, high = found.ratio, found.low, found.high
    # No round may have been above the target, be it one in many.
    worst, room = max(high, *values), FAR if few else 1.0
    kind = "meets" if worst * room <= p99_s else "late" if low > p99_s * room else "close"
    far = worst * FAR <= p99_s or low >= p99_s * FAR
    clear = (enough and not few) or (far and not quick)
    firm = clear and len(values) >= 2
    return Reading(point, kind, mean, low, high, firm=firm, clear=clear)


def _not_held(point: Point) -> Kind | None:
    """Why the load is not known to be held, ``None`` where every trial that counts is ``ok``.

    One trial that did not keep up is enough: an objective has to be met every time.
    """
    for kind in _OBSTACLES:
        if kind in point.statuses and (kind != "invalid" or not point.clean):
            return kind
    return None


_OBSTACLES: tuple[Kind, ...] = ("unsupported", "saturated", "failed", "unsettled", "invalid")
