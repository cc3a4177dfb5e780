"""Phases of a batch against the whole they should add up to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.contract import PHASES
from bench.measure.inputs import BatchLike

#: Both APIs report whole milliseconds, each of up to seven phases rounded down by itself and the
#: tick as well: the sum may be off by 8 ms.  The share is for long batches, whose ends are stamped
#: by another thread than their phases.
TOLERANCE_S = 0.010
TOLERANCE_SHARE = 0.02


@dataclass(frozen=True)
class PhaseSum:
    """``whole_s``: planned start to finish; ``phases_s``: sum of the phases."""

    batch_id: int
    whole_s: float
    phases_s: float

    @property
    def residual_s(self) -> float:
        """What the phases leave unexplained; negative where they overlap."""
        return self.whole_s - self.phases_s

    @property
    def within(self) -> bool:
        """Whether the phases add up: within 10 ms or 2% of the whole, the larger of the two."""
        return abs(self.residual_s) <= max(TOLERANCE_S, TOLERANCE_SHARE * abs(self.whole_s))


def phase_sums(batches: Sequence[BatchLike]) -> list[PhaseSum]:
    """Sum against whole for every batch that reports phases."""
    return [
        PhaseSum(b.batch_id, b.finished - b.planned_start, sum(b.phases.values()))
        for b in batches
        if b.phases
    ]


def phases_outside_share(batches: Sequence[BatchLike]) -> float | None:
    """Share of batches whose phases do not add up; ``None`` where no batch reports any."""
    sums = phase_sums(batches)
    return sum(not s.within for s in sums) / len(sums) if sums else None


def mean_phases(batches: Sequence[BatchLike]) -> dict[str, float]:
    """Mean seconds a batch by phase, stacking order first; a phase not reported counts as 0.

    Means, unlike quantiles, add up to the mean of the whole.
    """
    reported = [b.phases for b in batches if b.phases]
    names = [n for n in PHASES if any(n in p for p in reported)]
    names += sorted({n for p in reported for n in p} - set(PHASES))
    return {name: sum(p.get(name, 0.0) for p in reported) / len(reported) for name in names}
