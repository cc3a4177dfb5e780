"""Ways to run and end a comparison, simulated on many runs at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.stats.interval import cell_level, mean_and_error, multiplier
from bench.stats.launches import LOOKS, MOST_LOOKS, alpha_at, estimate, firm
from bench.stats.rule import THRESHOLD
from bench.stats.sequential import open_multiplier, pilot_rounds, stein_error, target_half_width
from scripts.proof.statistics.worlds import Logs, World

#: What ``--until`` is set to, the spread of a round's log-ratio it meets, and the budget in rounds.
TARGET, UNTIL_SPREAD, BUDGET_ROUNDS = 0.05, 0.10, 60


@dataclass(frozen=True)
class Ended:
    """Simulated runs at their end: difference and half-width on the log scale (runs × cells).

    ``claims``: which say *faster* or *slower*; ``within``: which say *within noise*.
    """

    means: Logs
    widths: Logs
    rounds: Logs
    claims: NDArray[np.bool_]
    within: NDArray[np.bool_]
    reached: float | None = None


Simulation = Callable[[np.random.Generator, int], Ended]


def looked_at(world: World, spread: float, ratio: float = 1.0, cells: int = 1) -> Simulation:
    """The rule of ``bench.stats.launches``: each cell ends at the look that makes it firm."""

    def run(rng: np.random.Generator, runs: int) -> Ended:
        arms = [side.reshape(runs, cells, -1) for side in world(rng, runs, MOST_LOOKS, spread)]
        arms[1] = arms[1] + math.log(ratio)
        shape = (runs, cells)
        means, widths, rounds = np.zeros(shape), np.zeros(shape), np.zeros(shape)
        claims, within = np.zeros(shape, np.bool_), np.zeros(shape, np.bool_)
        going = np.ones(shape, np.bool_)
        for n in LOOKS:
            seen = estimate(*(side[..., :n] for side in arms))
            half = seen.half_width(alpha_at(n, cells, looks=True))
            claim, noise = firm(half, seen.difference, n, THRESHOLD)
            for kept, new in (
                (means, seen.difference),
                (widths, half),
                (rounds, np.full(shape, float(n))),
                (claims, claim),
                (within, noise),
            ):
                kept[going] = new[going]
            going &= ~(claim | noise)
        return Ended(means, widths, rounds.max(axis=1), claims, within)

    return run


def counted(world: World, spread: float, rounds: int) -> Simulation:
    """A fixed number of rounds, judged once (``--rounds``)."""

    def run(rng: np.random.Generator, runs: int) -> Ended:
        seen = estimate(*world(rng, runs, rounds, spread))
        half = seen.half_width(alpha_at(rounds, looks=False))
        claims, within = firm(half, seen.difference, rounds, THRESHOLD)
        return Ended(
            seen.difference[:, None],
            half[:, None],
            np.full(runs, float(rounds)),
            claims[:, None],
            within[:, None],
        )

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
        baseline, contender = world(rng, runs, BUDGET_ROUNDS, UNTIL_SPREAD / math.sqrt(2))
        ratios = contender - baseline
        means, widths = np.zeros(runs), np.zeros(runs)
        going, rounds = np.ones(runs, dtype=np.bool_), np.zeros(runs)
        for n in range(pilot, BUDGET_ROUNDS + 1):
            mean, width = ratios[:, :n].mean(axis=1), width_of(ratios[:, :n])
            means[going], widths[going], rounds[going] = mean[going], width[going], n
            going &= width > target
            if how != "until":
                going &= np.abs(mean) <= width
        reached = float((widths <= target).mean())
        claims = np.abs(means) - widths > math.log(THRESHOLD)
        within = np.abs(means) + widths <= math.log(THRESHOLD)
        return Ended(
            means[:, None], widths[:, None], rounds, claims[:, None], within[:, None], reached
        )

    return run
