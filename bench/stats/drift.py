"""Did the order of the run matter: a trend over rounds, the position within a round, outliers.

All p values come from permuting what randomisation has made exchangeable, not from a model.
Findings are reported and never change a verdict; outliers are flagged and never dropped.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Below this p a finding is reported as one.
SUSPICIOUS = 0.05

#: Robust deviations from the median beyond which a trial is flagged (Iglewicz and Hoaglin 1993).
OUTLIER_DEVIATIONS = 3.5

#: Fewer values than this have no outliers: the deviations of 4 values are too coarse.
OUTLIER_LEAST = 5

_PERMUTATIONS = 5000
_ALL_ORDERS_UP_TO = 7  # 5040 orders; beyond that a random sample of them is taken


@dataclass(frozen=True)
class Trend:
    """``tau``: Kendall's, over all columns, from -1 to 1.  ``p``: two-sided.

    ``change_per_round``: median slope (Theil and Sen) as a share, 0.01 is 1% more a round.
    ``rounds``: how many there were.
    """

    tau: float
    p: float
    change_per_round: float
    rounds: int

    @property
    def found(self) -> bool:
        """Whether the run drifted, at :data:`SUSPICIOUS`."""
        return self.p < SUSPICIOUS


def trend(values: ArrayLike, seed: int = 0) -> Trend | None:
    """Mann and Kendall's test of a trend over the rounds, summed over columns.

    ``values``: rounds × columns of a positive metric (or ratio) in the order of the run, a column
    for each arm and cell, nan where there is none.  Columns add up as seasons do in Hirsch, Slack
    and Smith (1982); whole rounds are permuted, so columns may depend on each other.  ``None``
    with fewer than 4 rounds or nothing to compare; ``ValueError`` for values that are not positive.
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim == 1:
        table = table[:, None]
    if (table <= 0).any() or np.isinf(table).any():
        raise ValueError("a trend is that of positive, finite values")
    logs = np.log(table)
    n = len(logs)
    later, sooner = np.tril_indices(n, -1)
    # concordance[i, j]: by how many columns round i is above round j, less those it is below
    concordance = np.nansum(np.sign(logs[:, None, :] - logs[None, :, :]), axis=2)
    compared = int(np.sum(np.isfinite(logs[later] - logs[sooner])))
    if n < 4 or not compared:
        return None
    seen = float(concordance[later, sooner].sum())
    orders = _orders(n, seed)
    sums = np.array([concordance[o[later], o[sooner]].sum() for o in orders])
    slopes = ((logs[later] - logs[sooner]) / (later - sooner)[:, None]).ravel()
    change = math.expm1(float(np.nanmedian(slopes)))
    return Trend(seen / compared, _p_value(sums, seen, len(orders) < math.factorial(n)), change, n)


def _orders(n: int, seed: int) -> NDArray[np.intp]:
    if n <= _ALL_ORDERS_UP_TO:
        return np.array(list(itertools.permutations(range(n))), dtype=np.intp)
    rng = np.random.default_rng(seed)
    return np.array([rng.permutation(n) for _ in range(_PERMUTATIONS)], dtype=np.intp)


def _p_value(sums: NDArray[np.float64], seen: float, sampled: bool) -> float:
    """Share of permutations at least as extreme; in a sample of them the run's own counts too."""
    extreme = int(np.sum(np.abs(sums) >= abs(seen) - 1e-9))
    return (extreme + sampled) / (len(sums) + sampled)


@dataclass(frozen=True)
class PositionEffect:
    """``ratio``: what running second multiplies the metric by.  ``p``: two-sided."""

    ratio: float
    p: float
    rounds: int

    @property
    def found(self) -> bool:
        """Whether the position mattered, at :data:`SUSPICIOUS`."""
        return self.p < SUSPICIOUS


def position_effect(
    log_ratios: Sequence[float], contender_second: Sequence[bool], seed: int = 0
) -> PositionEffect | None:
    """Whether the second trial of a round fares differently from the first.

    Compares the rounds in which the contender ran second with those in which it ran first: half the
    difference of their mean log-ratios.  The p value permutes which rounds were which.  ``None``
    unless each order occurs twice.
    """
    ratios = np.asarray(log_ratios, dtype=np.float64)
    second = np.asarray(contender_second, dtype=np.bool_)
    if ratios.shape != second.shape or ratios.ndim != 1:
        raise ValueError("one log-ratio and one order a round are needed")
    n, k = len(ratios), int(second.sum())
    if not np.isfinite(ratios).all() or min(k, n - k) < 2:
        return None

    rng = np.random.default_rng(seed)
    every = math.comb(n, k) <= _PERMUTATIONS
    picks: list[NDArray[np.intp]] = (
        [np.array(c) for c in itertools.combinations(range(n), k)]
        if every
        else [rng.permutation(n)[:k] for _ in range(_PERMUTATIONS)]
    )
    total = ratios.sum()
    sums = np.array([ratios[p].sum() for p in picks])
    halves = (sums / k - (total - sums) / (n - k)) / 2
    seen = float((ratios[second].mean() - ratios[~second].mean()) / 2)
    return PositionEffect(math.exp(seen), _p_value(halves, seen, not every), n)


def outliers(values: Sequence[float]) -> tuple[bool, ...]:
    """Which values of one arm in one cell stand apart, on the log scale; a flag, not a sentence.

    A value is flagged when it is more than :data:`OUTLIER_DEVIATIONS` robust standard deviations
    (1.4826 times the median absolute deviation; where that is 0, 1.2533 times the mean one) from
    the median.  Values that are not positive are flagged as such.
    """
    numbers = np.asarray(values, dtype=np.float64)
    good = np.isfinite(numbers) & (numbers > 0)
    flags = ~good
    if good.sum() >= OUTLIER_LEAST:
        logs = np.log(numbers[good])
        away = np.abs(logs - np.median(logs))
        scale = 1.4826 * float(np.median(away)) or 1.2533 * float(np.mean(away))
        flags[good] = away > OUTLIER_DEVIATIONS * scale if scale > 1e-12 else False
    return tuple(bool(flag) for flag in flags)
