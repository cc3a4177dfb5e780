"""What an arm against itself says about the machine and the method.

Input everywhere: log-ratios of an A/A run as rounds × cells, the labels having been drawn at
random.  Nothing differs but chance and what the design itself does wrong.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats.interval import (
    ALPHA,
    cell_level,
    log_ratios,
    mean_and_error,
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
    table = table[:, None] if table.ndim == 1 else table
    for column in table.T:
        sample(column)
    return table


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
    """``rate`` of runs with at least one false alarm in any cell, with its 95% interval.

    ``beyond_threshold``: rate of runs with at least one *faster* or *slower*.
    """

    rate: float
    low: float
    high: float
    beyond_threshold: float
    rounds: int
    comparisons: int


def false_alarms(
    values: ArrayLike,
    rounds: int | None = None,
    threshold: float = THRESHOLD,
    alpha: float = ALPHA,
    seed: int = 0,
    draws: int = 4000,
    resamples: int = 300,
) -> FalseAlarms:
    """How often this machine's noise would look like a difference, by resampling an A/A run.

    A draw takes ``rounds`` of the run's rounds (by default all) without replacement and swaps
    the labels of each at random, all cells of a round together; an alarm is an interval that
    leaves out 1.  The interval of the rate comes from doing the same to bootstrap samples of the
    rounds, so it also tells how little a short A/A run says.
    """
    table = _table(values)
    n, cells = table.shape
    size = n if rounds is None else rounds
    if not 2 <= size <= n:
        raise ValueError(f"rounds: {size} is not between 2 and the {n} rounds of the A/A run")
    rng = np.random.default_rng(seed)
    level = cell_level(cells, alpha)

    def rates(source: NDArray[np.float64], count: int) -> tuple[float, float]:
        picks = rng.permuted(np.tile(np.arange(n), (count, 1)), axis=1)[:, :size]
        swaps = rng.integers(0, 2, size=(count, size, 1)) * 2 - 1
        means, errors = mean_and_error(np.moveaxis(source[picks] * swaps, 1, 2))
        nearest = np.abs(means) - multiplier(size - 1, level) * errors
        worst = nearest.max(axis=1)
        return float((worst > 0).mean()), float((worst > math.log(threshold)).mean())

    rate, beyond = rates(table, draws)
    spread = [rates(table[rng.integers(0, n, size=n)], 400)[0] for _ in range(resamples)]
    low, high = np.quantile(spread, (0.025, 0.975))
    return FalseAlarms(rate, min(rate, float(low)), max(rate, float(high)), beyond, size, cells)


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

    ``values`` are the log-ratios of a run with a delay injected, or of :func:`delayed`; their mean
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


def delayed(baseline: Sequence[float], contender: Sequence[float], delay: float) -> list[float]:
    """Log-ratios of an A/A run had every latency of the contender been ``delay`` seconds longer."""
    later = [value + delay for value in contender]
    return [float(ratio) for ratio in log_ratios(baseline, later)]
