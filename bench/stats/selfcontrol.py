"""What an arm against itself says about the machine and the method.

Nothing differs but chance and what the design itself does wrong.  Floor and power come from the
log-ratios of an A/A run (rounds × cells), the false alarms from its launches in their order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats import launches
from bench.stats.interval import (
    ALPHA,
    cell_level,
    minimum_rounds,
    multiplier,
    sample,
    t_interval,
)
from bench.stats.rule import THRESHOLD
from bench.stats.special import noncentral_t_cdf

#: No machine's threshold is put below this, however quiet its A/A run was.
LEAST_THRESHOLD = 1.01


@dataclass(frozen=True)
class NoiseFloor:
    """``spread``: standard deviation of a round's log-ratio, pooled over cells.

    ``floor``: the largest ratio between identical arms that the run has not excluded, in any cell.
    ``threshold``: the noise threshold that follows, the floor rounded up to whole percents.
    ``per_cell``: (ratio, low, high) of each cell, simultaneous.
    """

    spread: float
    floor: float
    threshold: float
    rounds: int
    per_cell: tuple[tuple[float, float, float], ...]

    def resolution(self, rounds: int, comparisons: int = 1, alpha: float = ALPHA) -> float:
        """Ratio that an interval of that many rounds typically reaches around its estimate."""
        q = multiplier(rounds - 1, cell_level(comparisons, alpha))
        return math.exp(q * self.spread / math.sqrt(rounds))


def _table(values: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(values, dtype=np.float64)
    return table[:, None] if table.ndim == 1 else table


def noise_floor(values: ArrayLike, alpha: float = ALPHA) -> NoiseFloor:
    """The noise floor of an A/A run.

    More rounds lower it, down to what the design does wrong on this machine.  Raises
    :class:`bench.stats.interval.NoInterval` for too few rounds or no spread.
    """
    table = _table(values)
    cells = table.shape[1]
    least = minimum_rounds(cells, alpha)
    intervals = [t_interval(sample(column, least), cells, alpha) for column in table.T]
    floor = max(max(i.high, 1 / i.low) for i in intervals)
    threshold = max(LEAST_THRESHOLD, math.ceil(floor * 100 - 1e-9) / 100)
    spread = math.sqrt(float(table.var(axis=0, ddof=1).mean()))
    bounds = tuple((i.ratio, i.low, i.high) for i in intervals)
    return NoiseFloor(spread, floor, threshold, len(table), bounds)


@dataclass(frozen=True)
class FalseAlarms:
    """How often a comparison made of an A/A run's own rounds would have erred.

    Of ``runs`` comparisons ``alarms`` left out 1 in some cell, and ``claims`` said *faster* or
    *slower*.  ``low`` and ``high`` bound the rate of alarms at 95% (Clopper and Pearson 1934); few
    comparisons bound it badly, and that shows.
    """

    runs: int
    alarms: int
    claims: int
    low: float
    high: float

    @property
    def rate(self) -> float:
        """Alarms a comparison."""
        return self.alarms / self.runs


def false_alarms(
    baseline: ArrayLike,
    contender: ArrayLike,
    threshold: float = THRESHOLD,
    alpha: float = ALPHA,
) -> FalseAlarms | None:
    """Cut an A/A run into comparisons, one after another, each judged by the whole rule.

    ``baseline`` and ``contender``: logs, rounds × cells, in the order they ran and under the labels
    they ran with.  A stretch begins where the one before has ended, looks after 2, 3 and 4 rounds
    (``bench.stats.launches``) and ends when all cells are firm.  Nothing is shuffled: what the
    machine, the order or the position within a round does wrong shows as alarms.  ``None`` for a
    run shorter than one stretch.
    """
    sides = [_table(side) for side in (baseline, contender)]
    cells = sides[0].shape[1]
    start = runs = alarms = claims = 0
    while (
        found := _stretch([side[start:] for side in sides], cells, threshold, alpha)
    ) is not None:
        length, alarm, claim = found
        start, runs = start + length, runs + 1
        alarms, claims = alarms + alarm, claims + claim
    return FalseAlarms(runs, alarms, claims, *rate_bounds(alarms, runs)) if runs else None


def _stretch(
    sides: Sequence[NDArray[np.float64]], cells: int, threshold: float, alpha: float
) -> tuple[int, bool, bool] | None:
    """Rounds of the first comparison, whether it left out 1 and whether it made a claim."""
    for n in launches.LOOKS:
        if len(sides[0]) < n:
            return None
        seen = launches.estimate(*(side[:n].T for side in sides))
        half = seen.half_width(launches.alpha_at(n, cells, looks=True, alpha=alpha))
        claims, within = launches.firm(half, seen.difference, n, threshold)
        if n == launches.MOST_LOOKS or (claims | within).all():
            return n, bool((np.abs(seen.difference) > half).any()), bool(claims.any())
    return None


def rate_bounds(count: int, runs: int, level: float = 1 - ALPHA) -> tuple[float, float]:
    """Clopper and Pearson's interval for the rate behind ``count`` of ``runs``.

    One-sided where nothing, or everything, was counted: 59 runs without one bound it at 5%.
    """
    from scipy.special import betaincinv

    tail = (1 - level) / (1 if count in (0, runs) else 2)
    low = 0.0 if count == 0 else float(betaincinv(count, runs - count + 1, tail))
    high = 1.0 if count == runs else float(betaincinv(count + 1, runs - count, 1 - tail))
    return low, high


@dataclass(frozen=True)
class Power:
    """Chance that a difference is seen: at all (1 is left out), and as *faster* or *slower*."""

    ratio: float
    seen: float
    beyond_threshold: float
    rounds: int


def power(
    values: Sequence[float],
    rounds: int | None = None,
    threshold: float = THRESHOLD,
    comparisons: int = 1,
    alpha: float = ALPHA,
) -> Power:
    """Power of a run of ``rounds`` (by default as many as given) against the effect in ``values``.

    ``values`` are the log-ratios of a run with a delay injected; their mean
    and spread are taken for the true ones.  From the noncentral t distribution.
    """
    numbers = sample(values)
    n = len(numbers) if rounds is None else rounds
    if n < 2:
        raise ValueError(f"rounds: {n} is not at least 2")
    effect = float(numbers.mean())
    error = float(numbers.std(ddof=1)) / math.sqrt(n)
    q = multiplier(n - 1, cell_level(comparisons, alpha))

    def beyond(bound: float) -> float:
        above = 1 - noncentral_t_cdf(q, n - 1, (effect - bound) / error)
        below = noncentral_t_cdf(-q, n - 1, (effect + bound) / error)
        return min(1.0, above + below)

    return Power(math.exp(effect), beyond(0.0), beyond(math.log(threshold)), n)
