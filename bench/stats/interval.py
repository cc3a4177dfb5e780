"""Student's interval for the ratio of two arms, from the log-ratios within rounds.

A round gives one number: ``log(contender / baseline)`` of the metric.  Whatever both trials of a
round share (a warm machine, a noisy neighbour) cancels in it.  Several cells are judged at once by
Bonferroni: each at level ``1 - alpha / comparisons``.  Cells of a round share its weather, so
nothing that presumes independent cells is used; what Šidák's level would gain at 5% is below 1%
of the width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats.special import normal_quantile, t_quantile

#: Chance, over all the cells of a run, that some interval misses the truth.
ALPHA = 0.05

#: Not knowing the spread may at most double an interval; this fixes the minimum of rounds.
WIDEST_PENALTY = 2.0

#: Log-ratios that differ by less than this are one number and its rounding.
_NO_SPREAD = 1e-9


class NoInterval(ValueError):
    """Numbers from which no interval can be computed; the text says why, for the user."""


@dataclass(frozen=True)
class Interval:
    """A ratio (contender / baseline) and the bounds that hold it with probability ``level``.

    ``n`` rounds, ``df`` degrees of freedom.  ``level`` is that of this one interval: 1 - alpha/m.
    """

    ratio: float
    low: float
    high: float
    level: float
    n: int
    df: float

    @property
    def half_width(self) -> float:
        """Half the width on the log scale: the bounds are the ratio times and over its exp."""
        return math.log(self.high / self.ratio)

    def widened(self, by: float) -> Interval:
        """The same with ``by`` added to the half-width."""
        return replace(self, low=self.low * math.exp(-by), high=self.high * math.exp(by))


def cell_level(comparisons: int = 1, alpha: float = ALPHA) -> float:
    """Level of each of ``comparisons`` intervals that shall hold together with ``1 - alpha``."""
    if comparisons < 1:
        raise ValueError(f"comparisons: {comparisons} is not a positive number")
    if not 0 < alpha < 1:
        raise ValueError(f"alpha: {alpha} is not between 0 and 1")
    return 1.0 - alpha / comparisons


def multiplier(df: float, level: float) -> float:
    """Student's two-sided multiplier of the standard error."""
    return t_quantile((1.0 + level) / 2.0, df)


def minimum_rounds(
    comparisons: int = 1, alpha: float = ALPHA, penalty: float = WIDEST_PENALTY
) -> int:
    """The least number of rounds that allows a verdict.

    It is the smallest n whose Student multiplier is at most ``penalty`` times the normal one, that
    is: the interval is at most so much wider than if the spread were known.  With 2 rounds and one
    cell it would be 6.5 times as wide, with 3 rounds 2.2 times, with 4 rounds 1.6 times.
    """
    level = cell_level(comparisons, alpha)
    normal = normal_quantile((1.0 + level) / 2.0)
    n = 2
    while multiplier(n - 1, level) > penalty * normal:
        n += 1
    return n


def log_ratios(baseline: Sequence[float], contender: Sequence[float]) -> NDArray[np.float64]:
    """Within-round log-ratios of two equally long series of positive values.

    Raises :class:`NoInterval` for a value that is missing, infinite, zero or negative.
    """
    for name, values in (("baseline", baseline), ("contender", contender)):
        for position, value in enumerate(values, 1):
            if not (math.isfinite(value) and value > 0):
                raise NoInterval(f"value {position} of the {name} is {value:g}, not positive")
    if len(baseline) != len(contender):
        raise NoInterval(f"{len(baseline)} values of one arm against {len(contender)}")
    pairs = zip(contender, baseline, strict=True)
    return np.array([math.log(c) - math.log(b) for c, b in pairs], dtype=np.float64)


def mean_and_error(samples: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and its standard error along the last axis (at least 2 long)."""
    n = samples.shape[-1]
    error = samples.std(axis=-1, ddof=1) / math.sqrt(n)
    return np.asarray(samples.mean(axis=-1)), np.asarray(error)


def sample(values: ArrayLike, least: int = 2) -> NDArray[np.float64]:
    """``values`` as one axis of numbers with a spread, or :class:`NoInterval`."""
    numbers = np.asarray(values, dtype=np.float64)
    if numbers.ndim != 1:
        raise ValueError(f"one series was expected, not an array of shape {numbers.shape}")
    if len(numbers) < least:
        raise NoInterval(f"{len(numbers)} rounds give no interval, {least} are needed")
    if not np.isfinite(numbers).all():
        raise NoInterval("a ratio is not a finite number")
    if np.ptp(numbers) < _NO_SPREAD:
        raise NoInterval(
            f"all {len(numbers)} rounds gave the same ratio, so their spread cannot be estimated"
        )
    return numbers


def exp(x: float) -> float:
    """``e**x``, infinite where it overflows."""
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def around(mean: float, half_width: float, level: float, n: int, df: float) -> Interval:
    """The interval ``mean ± half_width`` of the log scale, as ratios."""
    return Interval(exp(mean), exp(mean - half_width), exp(mean + half_width), level, n, df)


def t_interval(values: ArrayLike, comparisons: int = 1, alpha: float = ALPHA) -> Interval:
    """Student's t interval (n - 1 degrees of freedom) on log-ratios, one a round.

    Right for independent rounds whose log-ratios are roughly normal; for symmetric heavy tails it
    errs on the wide side (Benjamini 1983, J. Am. Stat. Assoc. 78, 645).  Raises
    :class:`NoInterval` for fewer than 2 rounds, a number that is not finite, or no spread at all.
    """
    numbers = sample(values)
    level = cell_level(comparisons, alpha)
    n = len(numbers)
    mean, error = mean_and_error(numbers)
    return around(float(mean), multiplier(n - 1, level) * float(error), level, n, n - 1)
