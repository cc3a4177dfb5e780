"""Ways to run and end a comparison, simulated on many runs at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from bench.stats.interval import cell_level, mean_and_error, minimum_rounds, multiplier
from bench.stats.rule import THRESHOLD
from bench.stats.sequential import open_multiplier, pilot_rounds, stein_error, target_half_width
from bench.stats.worlds import SPREAD, Logs, World

#: What ``--until`` is set to, the spread of a round's log-ratio it meets, and the budget in rounds.
TARGET, UNTIL_SPREAD, BUDGET_ROUNDS = 0.05, 0.10, 60


@dataclass(frozen=True)
class Ended:
    """Simulated runs at their end: mean and half-width on the log scale (runs × cells)."""

    means: Logs
    widths: Logs
    rounds: Logs
    reached: float | None = None


Simulation = Callable[[np.random.Generator, int], Ended]


def fixed(world: World, rounds: int, cells: int = 1) -> Simulation:
    """A planned number of rounds, Student's interval, one look."""

    def run(rng: np.random.Generator, runs: int) -> Ended:
        mean, error = mean_and_error(world(rng, runs, rounds))
        width = multiplier(rounds - 1, cell_level(cells)) * error
        means, widths = mean.reshape(runs, cells), width.reshape(runs, cells)
        return Ended(means, widths, np.full(runs, float(rounds)))

    return run


def stopped(world: World, how: str) -> Simulation:
    """A target width and a budget; ``how``: ``until``, or stopping also at the first difference
    seen by Student's interval (``student``) or by the open one (``open``).
    """
    pilot, level, target = pilot_rounds(), cell_level(), target_half_width(TARGET)

    def width_of(ratios: Logs) -> Logs:
        n = ratios.shape[-1]
        if how == "until":
            return stein_error(ratios, pilot, level)
        q = open_multiplier(n, level) if how == "open" else multiplier(n - 1, level)
        return q * mean_and_error(ratios)[1]

    def run(rng: np.random.Generator, runs: int) -> Ended:
        ratios = world(rng, runs, BUDGET_ROUNDS) * UNTIL_SPREAD / (math.sqrt(2) * SPREAD)
        means, widths = np.zeros(runs), np.zeros(runs)
        going, rounds = np.ones(runs, dtype=np.bool_), np.zeros(runs)
        for n in range(pilot, BUDGET_ROUNDS + 1):
            mean, width = ratios[:, :n].mean(axis=1), width_of(ratios[:, :n])
            means[going], widths[going], rounds[going] = mean[going], width[going], n
            going &= width > target
            if how != "until":
                going &= np.abs(mean) <= width
        reached = float((widths <= target).mean())
        return Ended(means[:, None], widths[:, None], rounds, reached)

    return run


def topped_up(world: World, extra: int) -> Simulation:
    """The minimum of rounds, more of them when inconclusive, judged anew as if so planned."""

    def run(rng: np.random.Generator, runs: int) -> Ended:
        least, zone = minimum_rounds(), math.log(THRESHOLD)
        ratios = world(rng, runs, least + extra)
        looks = []
        for n in (least, least + extra):
            mean, error = mean_and_error(ratios[:, :n])
            looks.append((mean, multiplier(n - 1, cell_level()) * error))
        (mean, width), (later, narrower) = looks
        unsure = (np.abs(mean) - width <= zone) & (np.abs(mean) + width > zone)
        means, widths = np.where(unsure, later, mean), np.where(unsure, narrower, width)
        return Ended(means[:, None], widths[:, None], least + extra * unsure.astype(np.float64))

    return run
