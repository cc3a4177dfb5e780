"""``diff``: the same arm and cell in two runs, unpaired.

Rounds of different runs have nothing in common, so the interval is that of the launches alone
(``bench.stats.launches``), their number taken as fixed.  What cannot be seen from two runs is how
much whole runs differ from each other: it speaks for *these two sessions*, and the threshold must
be large enough to cover a session's luck.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bench.stats import launches, outcome
from bench.stats.interval import NoInterval, exp
from bench.stats.metrics import Metric
from bench.stats.outcome import Outcome
from bench.stats.rule import Rule, rounds_for
from bench.stats.verdict import Verdict, conclude, drift_between, forgiven_side, too_few


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
    rule = rule or Rule(by_launch=True)
    reasons: list[str] = []
    sides: list[list[float]] = []
    for name, outcomes in zip(names, (forgiven_side(before), forgiven_side(after)), strict=True):
        reasons += outcome.obstacles(name, outcomes)
        ranked = [o.value for o in outcomes if o.status == outcome.OK]
        sides.append([math.log(v) for v in ranked if v is not None and outcome.is_positive(v)])
    n = min(map(len, sides))
    bare = Verdict("unranked", metric.key, metric.better, rule.level, rule.threshold, n)
    if reasons:
        return replace(bare, reasons=tuple(reasons))
    if n < launches.LEAST:
        ratio = exp(float(np.mean(sides[1]) - np.mean(sides[0]))) if n else None
        return replace(
            bare,
            word="not enough rounds",
            ratio=ratio,
            rounds_needed=launches.LEAST,
            reasons=(too_few(n, rule),),
        )
    alpha = launches.alpha_at(n, rule.comparisons, looks=False, alpha=rule.alpha)
    try:
        estimate = launches.estimate(*sides, paired=False)
    except NoInterval as problem:
        return replace(bare, reasons=(str(problem),))
    counted = ([o for o in side if o.status == outcome.OK] for side in (before, after))
    drift = drift_between(*counted)
    spread = float(estimate.error) * math.sqrt(n)
    interval = estimate.interval(alpha, drift)
    needed = rounds_for(
        interval.ratio,
        rule.threshold,
        lambda rounds: rule.planned_half_width(rounds, spread) + drift,
        n,
    )
    bare = replace(bare, level=interval.level, drift=drift)
    claim = launches.claim_threshold(n, rule.threshold)
    return conclude(bare, interval, ("improvement", "regression"), needed, (), claim)
