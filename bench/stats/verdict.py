"""From the trials of two arms in one cell to a word.

The whole interval is held against the noise threshold T, not against 1: *faster* or *slower* when
it lies beyond ``1/T`` or ``T``, *within noise* when it lies between them, else *inconclusive*.
With simultaneous intervals all the words of a run are right together with probability 1 - alpha.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.stats import outcome
from bench.stats.interval import Interval, NoInterval, exp, log_ratios
from bench.stats.metrics import Better, Metric
from bench.stats.outcome import Outcome
from bench.stats.rule import MOST_ROUNDS, Rule, place, rounds_for

#: ``faster`` and ``slower`` (of ``diff``: ``improvement`` and ``regression``) mean better and worse
#: by the metric's own direction; for CPU time that is cheaper and dearer.
Word = Literal[
    "faster",
    "slower",
    "improvement",
    "regression",
    "within noise",
    "inconclusive",
    "not enough rounds",
    "unranked",
]


@dataclass(frozen=True)
class Pair:
    """Both trials of one round; ``None`` is a trial that has not run."""

    round: int
    baseline: Outcome | None
    contender: Outcome | None

    @property
    def disturbed(self) -> bool:
        """Whether either trial was disturbed from outside the arms."""
        trials = (self.baseline, self.contender)
        return any(t is not None and t.status == outcome.DISTURBED for t in trials)


@dataclass(frozen=True)
class Verdict:
    """A word and all it rests on.

    ``ratio``, ``low``, ``high``: contender over baseline (or after over before), ``None`` where
    they do not exist.  ``level`` is that of this interval.  ``n``: rounds that count.
    ``rounds_needed``: rounds in all that would probably decide, should ratio and spread stay;
    ``None`` when decided or beyond reach.  ``reasons``: sentences without a full stop.
    """

    word: Word
    metric: str
    better: Better
    level: float
    threshold: float
    n: int
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    rounds_needed: int | None = None
    reasons: tuple[str, ...] = ()

    @property
    def excludes_one(self) -> bool:
        """Whether the interval leaves out a ratio of 1, be it by less than the threshold."""
        return self.low is not None and self.high is not None and not self.low <= 1 <= self.high

    @property
    def more_rounds(self) -> int | None:
        """Rounds beyond those that count, see ``rounds_needed``."""
        return None if self.rounds_needed is None else max(0, self.rounds_needed - self.n)


def judge(
    pairs: Sequence[Pair],
    metric: Metric,
    rule: Rule | None = None,
    names: tuple[str, str] = ("the baseline", "the contender"),
) -> Verdict:
    """The verdict on one cell: contender against baseline, by the log-ratios within rounds.

    ``pairs`` in the order of the rounds, one a round, with the last attempt of each trial.  Rounds
    with a trial that has not run are not counted; rounds with a disturbed (``invalid``) one are
    left out for both arms while they are few; any other status unranks.  Never raises for what
    trials contain: a computation that fails gives ``unranked`` with its reason.
    """
    rule = rule or Rule()
    if len({p.round for p in pairs}) != len(pairs):
        raise ValueError("a round occurs twice: give the last attempt of each trial only")
    run = [p for p in pairs if p.baseline is not None or p.contender is not None]
    reasons = [
        *outcome.obstacles(names[0], [p.baseline for p in run if p.baseline is not None]),
        *outcome.obstacles(names[1], [p.contender for p in run if p.contender is not None]),
    ]
    lost = [p.round for p in run if p.disturbed]
    if not reasons:
        reasons += outcome.too_many_lost(len(lost), len(run), rule.lost_share)
    both = [
        (p.baseline.value or 0.0, p.contender.value or 0.0)
        for p in run
        if not p.disturbed and p.baseline is not None and p.contender is not None
    ]
    bare = Verdict("unranked", metric.key, metric.better, rule.level, rule.threshold, len(both))
    if reasons:
        return replace(bare, reasons=tuple(reasons))
    notes = [f"rounds left out as disturbed: {', '.join(map(str, lost))}"] if lost else []
    try:
        values = log_ratios([b for b, _ in both], [c for _, c in both])
        if len(values) < rule.minimum:
            estimate = exp(float(values.mean())) if len(values) else None
            few = too_few(len(values), rule)
            return replace(
                bare,
                word="not enough rounds",
                ratio=estimate,
                rounds_needed=rule.minimum,
                reasons=(few, *notes),
            )
        interval = rule.interval(values.tolist())
    except NoInterval as problem:
        return replace(bare, reasons=(str(problem), *notes))
    spread = float(values.std(ddof=1))
    needed = rounds_for(
        interval.ratio,
        rule.threshold,
        lambda n: rule.planned_half_width(n, spread),
        interval.n,
    )
    return conclude(bare, interval, ("faster", "slower"), needed, notes)


def conclude(
    bare: Verdict,
    interval: Interval,
    words: tuple[Word, Word],
    needed: int | None,
    notes: Sequence[str] = (),
) -> Verdict:
    """Fill in ``bare`` from its interval; ``words`` are those for better and worse."""
    if not all(map(math.isfinite, (interval.ratio, interval.low, interval.high))):
        return replace(bare, reasons=("the interval has no finite bounds", *notes))
    found = replace(bare, ratio=interval.ratio, low=interval.low, high=interval.high)
    where = place(interval.low, interval.high, bare.threshold)
    if where == "inside":
        return replace(found, word="within noise", reasons=tuple(notes))
    if where != "open":
        worse = (where == "above") == (bare.better == "lower")
        return replace(found, word=words[worse], reasons=tuple(notes))
    doubts = []
    if found.excludes_one:
        doubts.append(f"a difference, but perhaps below the noise threshold of {bare.threshold:g}")
    if needed is None:
        doubts.append(
            f"too close to the noise threshold of {bare.threshold:g}, or too unsteady, "
            f"for {MOST_ROUNDS} rounds to decide"
        )
    return replace(found, word="inconclusive", rounds_needed=needed, reasons=(*doubts, *notes))


def too_few(n: int, rule: Rule) -> str:
    """Why ``n`` rounds are not enough."""
    m = rule.comparisons
    verdicts = "1 verdict" if m == 1 else f"{m} verdicts at once"
    count = "1 round counts" if n == 1 else f"{n} rounds count"
    return f"{count}, {rule.minimum} are the minimum for {verdicts}"
