"""A quick search for the highest rate that holds: double until one does not, then halve the gap."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

#: What a probe says of a rate: ``holds``; ``saturated`` or any other reason why it does not;
#: ``generator`` where the load could not be sent.
Probe = Callable[[float], str]

#: These may be a disturbance: the rate is tried once more.
DOUBTFUL = frozenset({"between", "invalid", "slow", "generator", "failed"})


@dataclass(frozen=True)
class Capacity:
    """The highest rate that held (0: none), the lowest that did not and why, in records/s.

    ``missed_per_s`` is ``None`` where the highest rate allowed held.
    """

    held_per_s: float
    missed_per_s: float | None = None
    reason: str = ""

    @property
    def at_least(self) -> bool:
        """Whether the search ended for another reason than the engine."""
        return self.missed_per_s is None or self.reason == "generator"


def search(probe: Probe, low_per_s: float, high_per_s: float, refinements: int = 1) -> Capacity:
    """Probe from ``low_per_s`` up; the bracket's ratio ends at ``2 ** (1 / 2 ** refinements)``."""
    held, missed, reason = 0.0, None, ""
    rate = low_per_s
    while missed is None:
        said = _asked(probe, rate)
        if said == "holds":
            held = rate
            if rate >= high_per_s:
                return Capacity(held)
            rate = min(high_per_s, 2 * rate)
        else:
            missed, reason = rate, said
    for _ in range(refinements if held and reason != "generator" else 0):
        rate = _plain(math.sqrt(held * missed))
        said = _asked(probe, rate)
        if said == "holds":
            held = rate
        else:
            missed, reason = rate, said
    return Capacity(held, missed, reason)


def _asked(probe: Probe, rate: float) -> str:
    said = probe(rate)
    return probe(rate) if said in DOUBTFUL else said


def _plain(rate: float) -> float:
    """Two digits are enough to type it."""
    return float(f"{rate:.2g}")
