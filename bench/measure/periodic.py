"""Costs that come back: every so many batches one that takes longer.  Pure.

Spark does some of its work in every n-th batch only: the file sink compacts its log in each tenth
(``spark.sql.streaming.fileSink.log.compactInterval``), a state store writes a snapshot after so
many deltas, logs are cleaned up.  In a p99 such a cost is either hidden or all there is.

For every period of 2 batches up to a quarter of those there are, and every phase of it, the batches
of that phase are compared with all others by ranks (Mann and Whitney), after the slow change of
batch times was taken away (a running median).  The one that stands out most is told if it is
significant at :data:`LEVEL` for all that was looked at (Bonferroni) and at least a
:data:`LEAST_SHARE` of a batch high.  A multiple of a period has fewer of its batches and a part of
it has others among them, so both stand out less.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

import numpy as np
from numpy.typing import NDArray

from bench.measure.inputs import BatchLike, Floats

#: Chance of telling of a period where there is none.
LEVEL = 0.01

#: What a batch takes longer at least, as a share of a usual one.
LEAST_SHARE = 0.1

#: How often a period has to come back to be one.
LEAST_TIMES = 4

#: The longest period looked for, in batches.
MOST = 120

#: Batches, on both sides together, of which the running median is taken; more than a period of the
#: most common kind (ten), fewer than what a JVM needs to change.
_AROUND = 21


@dataclass(frozen=True)
class Periodic:
    """Every ``period``-th batch takes ``height_s`` longer than the others do.

    ``phase``: of its number divided by the period, what is left.  ``every_s``: seconds from one
    to the next.  ``share``: of the time of a usual batch.  ``part`` is the phase of processing
    that most of it lies in, empty where batches tell of none.  ``z``: standardised rank sum.
    """

    period: int
    phase: int
    height_s: float
    share: float
    every_s: float
    times: int
    z: float
    part: str = ""


def periodic(batches: Sequence[BatchLike]) -> Periodic | None:
    """The periodic cost that stands out most among batches with records; ``None`` without one."""
    used = [b for b in batches if b.failure is None and any(n for _s, _f, n in b.ranges)]
    if len(used) < 2 * LEAST_TIMES:
        return None
    numbers = np.array([batch.batch_id for batch in used], dtype=np.int64)
    seconds = np.array([batch.finished - batch.started for batch in used])
    found = strongest(numbers - numbers[0], seconds)
    if found is None:
        return None
    period, phase, z = found
    on = (numbers - numbers[0]) % period == phase
    usual = float(np.median(seconds[~on]))
    height = float(np.median(seconds[on])) - usual
    if height < LEAST_SHARE * usual:
        return None
    starts = [batch.started for batch, hit in zip(used, on, strict=True) if hit]
    return Periodic(
        period=period,
        phase=int((phase + numbers[0]) % period),
        height_s=height,
        share=height / usual,
        every_s=median(b - a for a, b in pairwise(starts)),
        times=int(on.sum()),
        z=z,
        part=_part(used, on),
    )


def strongest(numbers: NDArray[np.int64], values: Floats) -> tuple[int, int, float] | None:
    """Period, phase and z of what stands out most; ``None`` where nothing does.

    ``numbers`` count up from 0, perhaps with gaps.
    """
    from statistics import NormalDist

    n = len(values)
    longest = min(n // LEAST_TIMES, MOST)
    if longest < 2:
        return None
    ranks = _ranks(values - _running_median(values))
    best: tuple[float, int, int] | None = None
    looked = 0
    for period in range(2, longest + 1):
        phases = numbers % period
        count = np.bincount(phases, minlength=period)
        rank_sum = np.bincount(phases, weights=ranks, minlength=period)
        enough = np.flatnonzero((count >= LEAST_TIMES) & (count < n))
        looked += len(enough)
        mean = count * (n + 1) / 2
        spread = np.sqrt(np.maximum(count * (n - count) * (n + 1) / 12, 1e-12))
        z = (rank_sum - mean) / spread
        for phase in enough:
            if best is None or z[phase] > best[0] + 1e-9:
                best = (float(z[phase]), period, int(phase))
    if best is None or best[0] < NormalDist().inv_cdf(1 - LEVEL / looked):
        return None
    return best[1], best[2], best[0]


def _ranks(values: Floats) -> Floats:
    """Ranks from 1; equal values share their mean rank."""
    _unique, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    mean: Floats = (last - (counts - 1) / 2)[place]
    return mean


def _running_median(values: Floats) -> Floats:
    half = _AROUND // 2
    padded = np.pad(values, half, mode="reflect") if len(values) > half else values
    if len(padded) == len(values):
        return np.full(len(values), float(np.median(values)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _AROUND)
    found: Floats = np.median(windows, axis=1)
    return found


def _part(batches: Sequence[BatchLike], on: NDArray[np.bool_]) -> str:
    """The phase of processing that takes most of what is longer."""
    names = {name for batch in batches for name in batch.phases}
    heights = {
        name: median(b.phases.get(name, 0.0) for b, hit in zip(batches, on, strict=True) if hit)
        - median(b.phases.get(name, 0.0) for b, hit in zip(batches, on, strict=True) if not hit)
        for name in sorted(names)
    }
    return max(heights, key=lambda name: heights[name]) if heights else ""
