"""The Universal Scalability Law over measured capacities; extrapolation is called so.  Pure.

``X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1))``: ``lambda`` records/s of one worker,
``sigma`` the share of work that is serial or contended, ``kappa`` what each pair of workers costs
by keeping each other up to date.  With ``kappa`` above 0 there is a most useful N, beyond which
more workers do less.

Source: N. J. Gunther, "Guerrilla Capacity Planning", Springer 2007, chapters 4 to 6.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Fewer distinct N than the law has parameters fit anything.
LEAST_POINTS = 3

#: From here on each point can be left out once, which shows how far they determine the law.
LEAST_FOR_RANGE = 4

#: Beyond so many times the largest N measured, nothing is said.
FARTHEST = 4.0


@dataclass(frozen=True)
class Prediction:
    """The law at ``n`` workers, in records/s.

    ``low`` and ``high`` bound what the law gives when any one point is left out, ``None`` for too
    few points.  They are a spread, no confidence interval.  ``extrapolated``: ``n`` is outside of
    what was measured.
    """

    n: float
    per_s: float
    low: float | None
    high: float | None
    extrapolated: bool


@dataclass(frozen=True)
class ScalingLaw:
    """A fitted law with the points it rests on: ``(n, records/s)``, in ascending order of n."""

    one_per_s: float
    contention: float
    coherency: float
    points: tuple[tuple[float, float], ...]

    def at(self, n: float) -> float:
        """Records/s of ``n`` workers by the law."""
        waste = self.contention * (n - 1) + self.coherency * n * (n - 1)
        return self.one_per_s * n / (1 + waste)

    @property
    def most_useful(self) -> float | None:
        """The n of the highest rate; ``None`` where more workers always do more."""
        if self.coherency == 0:
            return None if self.contention < 1 else 1.0
        return math.sqrt(max(0.0, 1 - self.contention) / self.coherency) or 1.0

    @property
    def worst(self) -> float:
        """The largest relative distance of a point from the law."""
        return max(abs(self.at(n) / x - 1) for n, x in self.points)

    def extrapolates(self, n: float) -> bool:
        """Whether ``n`` is outside of what was measured."""
        return not self.points[0][0] <= n <= self.points[-1][0]

    def predict(self, n: float) -> Prediction:
        """The law at ``n``; ``ValueError`` beyond :data:`FARTHEST` times what was measured."""
        most = FARTHEST * self.points[-1][0]
        if not 0 < n <= most:
            raise ValueError(
                f"{n:g} is not between 0 and {most:g}, {FARTHEST:g} times what was measured"
            )
        others = [law.at(n) for law in self._without_one()]
        low, high = (min(others), max(others)) if others else (None, None)
        return Prediction(n, self.at(n), low, high, self.extrapolates(n))

    def _without_one(self) -> list[ScalingLaw]:
        if len({n for n, _x in self.points}) < LEAST_FOR_RANGE:
            return []
        laws = []
        for left_out in range(len(self.points)):
            rest = [p for position, p in enumerate(self.points) if position != left_out]
            if len({n for n, _x in rest}) >= LEAST_POINTS:
                laws.append(fit_law(rest))
        return laws


def fit_law(points: Sequence[tuple[float, float]]) -> ScalingLaw:
    """Fit the law to ``(n, records/s)`` by least squares of the relative distance.

    ``N / X = (1 + sigma (N - 1) + kappa N (N - 1)) / lambda`` is linear in ``1 / lambda``,
    ``sigma / lambda`` and ``kappa / lambda``, none of which can be negative: there is one best
    answer, found without a first guess (non-negative least squares).  Raises ``ValueError`` for
    values that are not above 0, for fewer than three different n, or where nothing scales.
    """
    import numpy as np
    from scipy.optimize import nnls

    ordered = sorted((float(n), float(x)) for n, x in points)
    if any(not (0 < n < math.inf and 0 < x < math.inf) for n, x in ordered):
        raise ValueError("a scaling law needs numbers of workers and rates above 0")
    if len({n for n, _x in ordered}) < LEAST_POINTS:
        raise ValueError(f"a scaling law needs {LEAST_POINTS} different numbers of workers")
    n, x = np.array(ordered).T
    # Each row times X / N: the distances that are squared are relative ones.
    terms = np.column_stack([np.ones_like(n), n - 1, n * (n - 1)]) * (x / n)[:, None]
    # Rates are brought near 1, and the columns to one length, for the sake of the solver.
    unit = float(np.median(x / n))
    lengths = np.linalg.norm(terms, axis=0)
    lengths[lengths == 0] = 1.0
    found, _norm = nnls(terms / lengths, np.ones_like(n))
    first, second, third = (float(value) for value in found / lengths)
    if first * unit < 1e-9:
        raise ValueError("these rates do not grow with the workers at all: no scaling law fits")
    return ScalingLaw(1 / first, second / first, third / first, tuple(ordered))
