"""The rule: looks after two, three and four rounds, intervals on launches.  Pure.

A trial is a launch: a JVM of its own.  Windows within one JVM are no replicates, since launches
differ as much among themselves as windows do; only launches count.  After the second, third and
fourth round the run looks at each comparison and stops there when its verdict is firm:

- The interval is Welch's on the logs of the launches, each arm with its own spread.
- A launch is never taken to scatter by less than :data:`FLOOR`: two launches that happen to agree
  say little of their spread.  Nor is the standard error taken to be below that of the differences
  within rounds, which sees what the rounds do to the ratio.
- The looks share the error of 5%: :data:`LOOKS`.  By Bonferroni all intervals of all looks hold
  together, whatever made the run stop.  The last one has the most: a large difference clears the
  first look anyhow, and a tenth is told there or not at all.
- A first look at two launches a side is fragile where launches come in two modes, so a claim made
  there has to clear :data:`FIRST_CLAIM` instead of the noise threshold.
- Arms may still be speeding up while they are measured.  What their drift over the window, as a
  share of the metric, differs by beyond its own noise is added to the half-width.

``python -m scripts.proof.statistics.simulate`` shows how often it is wrong (docs/statistics.md).
Welch, Biometrika 34 (1947) 28; Satterthwaite, Biometrics Bulletin 2 (1946) 110.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from bench.stats.interval import ALPHA, Interval, NoInterval, around

Logs = NDArray[np.float64]

#: Rounds after which a run looks, and the share of the error that each look may spend.
LOOKS: dict[int, float] = {2: 0.3, 3: 0.3, 4: 0.4}

#: The most rounds of a run that stops when its verdicts are firm.
MOST_LOOKS = max(LOOKS)

#: The fewest launches a side that have an interval.
LEAST = min(LOOKS)

#: A launch's log latency is taken to scatter by 1% at least.
FLOOR = 0.01

#: What the interval of the first look has to clear to be *faster* or *slower*.
FIRST_CLAIM = 1.15


@dataclass(frozen=True)
class Estimate:
    """Differences of mean logs (contender - baseline), standard errors, degrees of freedom.

    Arrays of one shape: a value for each of the simulated runs, or for the only one.  ``n``:
    launches a side, of the side that has fewer.
    """

    difference: Logs
    error: Logs
    df: Logs
    n: int

    def half_width(self, alpha: float) -> Logs:
        """Half-widths, on the log scale, of two-sided intervals that miss with ``alpha``."""
        from scipy.special import stdtrit

        return np.asarray(stdtrit(self.df, 1 - alpha / 2) * self.error)

    def interval(self, alpha: float, drift: float = 0.0) -> Interval:
        """The only run's ratio (see :func:`alpha_at`), its half-width widened by ``drift``."""
        half = float(self.half_width(alpha)) + drift
        return around(float(self.difference), half, 1 - alpha, self.n, float(self.df))


def estimate(baseline: ArrayLike, contender: ArrayLike, *, paired: bool = True) -> Estimate:
    """From *logs* of launches along the last axis; ``paired``: those at one place share a round.

    Raises :class:`NoInterval` for fewer than :data:`LEAST` launches a side or a number that is not
    finite.
    """
    sides = [np.asarray(side, dtype=np.float64) for side in (baseline, contender)]
    counts = [side.shape[-1] for side in sides]
    if min(counts) < LEAST:
        raise NoInterval(f"{min(counts)} launches of an arm give no interval, {LEAST} are needed")
    if not all(np.isfinite(side).all() for side in sides):
        raise NoInterval("a value is not a finite number")
    shares = [
        np.maximum(side.var(axis=-1, ddof=1), FLOOR**2) / n
        for side, n in zip(sides, counts, strict=True)
    ]
    variance = shares[0] + shares[1]
    df = variance**2 / sum(share**2 / (n - 1) for share, n in zip(shares, counts, strict=True))
    if paired:
        variance = np.maximum(variance, (sides[1] - sides[0]).var(axis=-1, ddof=1) / counts[0])
    difference = sides[1].mean(axis=-1) - sides[0].mean(axis=-1)
    return Estimate(np.asarray(difference), np.sqrt(variance), np.asarray(df), min(counts))


def alpha_at(rounds: int, comparisons: int = 1, *, looks: bool, alpha: float = ALPHA) -> float:
    """The error that the interval of one comparison may spend after ``rounds`` rounds.

    Without ``looks`` the number of rounds is fixed and all of it is spent at the end; of two
    rounds no more than at a first look, which is as fragile.
    """
    share = LOOKS.get(rounds, 0.0) if looks or rounds == LEAST else 1.0
    if share <= 0:
        raise ValueError(f"no look is taken after {rounds} rounds")
    return share * alpha / comparisons


def claim_threshold(rounds: int, threshold: float) -> float:
    """What the interval has to clear for *faster* or *slower* after so many rounds."""
    return max(threshold, FIRST_CLAIM) if rounds == LEAST else threshold


def firm(
    half_width: Logs, difference: Logs, rounds: int, threshold: float
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which intervals make a claim (*faster*, *slower*), and which lie within the noise."""
    nearest = np.abs(difference) - half_width
    farthest = np.abs(difference) + half_width
    claims = nearest > math.log(claim_threshold(rounds, threshold))
    return claims, farthest <= math.log(threshold)
