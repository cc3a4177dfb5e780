"""Exact quantiles of more values than one wants to hold: two passes over the same chunks.

The first pass counts values in 65,536 equal bins, the second keeps only the values of those bins
that hold a wanted rank.  Binning never decreases with the value, so the ranks found this way are
the ranks of the full sort: the result is exact, whatever the bounds given.  Memory is a small part
of the values as a rule, and 16 bytes a value in the worst case (nearly all in the wanted bins).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bench.measure.inputs import Floats
from bench.results.schema import Quantiles

BINS = 1 << 16

#: Records that must lie beyond a quantile before it is stated: an order statistic with ten values
#: beyond it has a relative error of rank of about a third; with fewer it is an anecdote.
RECORDS_BEYOND = 10
P999_MIN_RECORDS = 10_000

STANDARD_P: tuple[float, ...] = (0.5, 0.9, 0.95, 0.99, 0.999, 1.0)


class ExactQuantiles:
    """Order: ``count`` every chunk, ``aim`` once, ``keep`` every chunk again, ``values``."""

    def __init__(self, low: float, high: float) -> None:
        """Bins from ``low`` to ``high``; what lies outside is right as well, only slower."""
        self._low = low
        self._scale = BINS / max(high - low, 1e-9)
        self._counts: NDArray[np.int64] = np.zeros(BINS, dtype=np.int64)
        self._sums: list[float] = []
        self._wanted: NDArray[np.bool_] = np.zeros(BINS, dtype=np.bool_)
        self._kept: list[Floats] = []
        self._p: Floats = np.empty(0)
        self.n = 0
        self.negative = 0

    def _bins(self, values: Floats) -> NDArray[np.intp]:
        scaled = values - self._low
        scaled *= self._scale
        np.clip(scaled, 0, BINS - 1, out=scaled)
        return scaled.astype(np.intp)

    def count(self, values: Floats) -> None:
        """First pass over one chunk."""
        self._counts += np.bincount(self._bins(values), minlength=BINS)
        self._sums.append(float(values.sum()))
        self.n += values.size
        self.negative += int(np.count_nonzero(values < 0))

    def aim(self, p: Sequence[float] | Floats) -> None:
        """Say which quantiles (0 to 1) the second pass is for."""
        self._p = np.asarray(p, dtype=np.float64)
        below, above = self._ranks()
        ends = np.cumsum(self._counts)
        for ranks in (below, above):
            self._wanted[np.searchsorted(ends, ranks, side="right")] = True

    def keep(self, values: Floats) -> None:
        """Second pass over one chunk."""
        self._kept.append(values[self._wanted[self._bins(values)]])

    def values(self) -> Floats:
        """The quantiles, as ``numpy.quantile`` defines them by default (linear)."""
        kept = np.concatenate(self._kept)
        kept.sort()
        self._kept = [kept]
        ends = np.cumsum(self._counts)
        kept_ends = np.cumsum(np.where(self._wanted, self._counts, 0))

        def at(ranks: NDArray[np.intp]) -> Floats:
            bins = np.searchsorted(ends, ranks, side="right")
            found: Floats = kept[ranks - ends[bins] + kept_ends[bins]]
            return found

        below, above = self._ranks()
        a, b = at(below), at(above)
        t = self._p * (self.n - 1) - below
        # Interpolated from the nearer end, so that the result stays within [a, b].
        return np.where(t < 0.5, a + (b - a) * t, b - (b - a) * (1 - t))

    def mean(self) -> float:
        """Arithmetic mean of all values counted."""
        return math.fsum(self._sums) / self.n

    def _ranks(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        below = np.floor(self._p * (self.n - 1)).astype(np.intp)
        return below, np.minimum(below + 1, self.n - 1)

    def summary(self) -> Quantiles:
        """The stored quantiles; needs ``aim(STANDARD_P)`` before the second pass.

        ``p999`` is ``None`` below 10,000 values: fewer than ten would lie beyond it.
        """
        p50, p90, p95, p99, p999, largest = (float(v) for v in self.values())
        return Quantiles(
            n=self.n,
            p50=p50,
            p90=p90,
            p95=p95,
            p99=p99,
            p999=p999 if self.n >= P999_MIN_RECORDS else None,
            max=largest,
            mean=self.mean(),
            negative=self.negative,
        )
