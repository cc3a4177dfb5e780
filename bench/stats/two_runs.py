"""``diff``: the same arm and cell in two runs, unpaired.

Rounds of different runs have nothing in common, so the two sets of log values are compared by
Welch's t (unequal spreads, fractional degrees of freedom).  What cannot be seen from two runs is
how much whole runs differ from each other: the interval speaks for *these two sessions*, and the
threshold must be large enough to cover a session's luck.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from bench.stats import outcome
from bench.stats.interval import (
    ALPHA,
    Interval,
    NoInterval,
    around,
    cell_level,
    exp,
    multiplier,
)
from bench.stats.metrics import Metric
from bench.stats.outcome import Outcome
from bench.stats.rule import Rule, rounds_for
from bench.stats.verdict import Verdict, conclude, too_few


def welch_interval(
    before: ArrayLike, after: ArrayLike, comparisons: int = 1, alpha: float = ALPHA
) -> Interval:
    """Ratio after / before of two independent sets of *log* values; ``n`` is the smaller set's.

    Raises :class:`NoInterval` for fewer than 2 values a side, numbers that are not finite, or when
    neither side has any spread.
    """
    sides = [np.asarray(side, dtype=np.float64) for side in (before, after)]
    if any(side.ndim != 1 for side in sides):
        raise ValueError("two series were expected")
    n = min(len(side) for side in sides)
    if n < 2:
        raise NoInterval(f"{n} rounds of a run give no interval, 2 are needed")
    if not all(np.isfinite(side).all() for side in sides):
        raise NoInterval("a value is not a finite number")
    if max(float(np.ptp(side)) for side in sides) < 1e-9:
        raise NoInterval("all rounds gave the same value, so their spread cannot be estimated")
    shares = [float(side.var(ddof=1)) / len(side) for side in sides]
    variance = sum(shares)
    df = variance**2 / sum(
        share**2 / (len(side) - 1) for share, side in zip(shares, sides, strict=True)
    )
    level = cell_level(comparisons, alpha)
    difference = float(sides[1].mean() - sides[0].mean())
    return around(difference, multiplier(df, level) * math.sqrt(variance), level, n, df)


def compare_runs(
    before: Sequence[Outcome],
    after: Sequence[Outcome],
    metric: Metric,
    rule: Rule | None = None,
    names: tuple[str, str] = ("the first run", "the second run"),
) -> Verdict:
    """The verdict on one arm in one cell: *regression*, *improvement*, or why neither can be said.

    The outcomes are those of all rounds of each run; statuses count as in
    :func:`bench.stats.verdict.judge`, run by run.  ``rule.comparisons`` is the number of cells
    times arms compared.  To compare two machines, give the runs' *ratios* of the arms as values:
    what makes one machine faster for both arms then cancels.
    """
    rule = rule or Rule()
    reasons: list[str] = []
    sides: list[list[float]] = []
    for name, outcomes in zip(names, (before, after), strict=True):
        found = outcome.obstacles(name, outcomes)
        ranked = [o.value for o in outcomes if o.status == outcome.OK]
        lost = sum(o.status == outcome.DISTURBED for o in outcomes)
        excess = outcome.too_many_lost(lost, len(outcomes), rule.lost_share)
        reasons += found or [f"{name}: {text}" for text in excess]
        sides.append([math.log(v) for v in ranked if v is not None and outcome.is_positive(v)])
    n = min(map(len, sides))
    bare = Verdict("unranked", metric.key, metric.better, rule.level, rule.threshold, n)
    if reasons:
        return replace(bare, reasons=tuple(reasons))
    if n < rule.minimum:
        ratio = exp(float(np.mean(sides[1]) - np.mean(sides[0]))) if n else None
        return replace(
            bare,
            word="not enough rounds",
            ratio=ratio,
            rounds_needed=rule.minimum,
            reasons=(too_few(n, rule),),
        )
    try:
        interval = welch_interval(sides[0], sides[1], rule.comparisons, rule.alpha)
    except NoInterval as problem:
        return replace(bare, reasons=(str(problem),))
    spread = math.sqrt(float(np.var(sides[0], ddof=1) + np.var(sides[1], ddof=1)))

    def half_width(rounds: int) -> float:
        return multiplier(2 * rounds - 2, rule.level) * spread / math.sqrt(rounds)

    needed = rounds_for(interval.ratio, rule.threshold, half_width, n)
    return conclude(bare, interval, ("improvement", "regression"), needed)
