"""From the trials of two arms in one cell to a word.

The whole interval is held against the noise threshold T, not against 1: *faster* or *slower* when
it lies beyond ``1/T`` or ``T``, *within noise* when it lies between them, else *inconclusive*.
With simultaneous intervals all the words of a run are right together with probability 1 - alpha.

A run that stops when its verdicts are firm (``bench.stats.launches``) has a verdict a look.  The
last firm one stands: the intervals of all looks hold together, so none takes back another.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import fmean, variance
from typing import Literal

from bench.stats import launches, outcome
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

#: Words that decide.
FIRM: frozenset[Word] = frozenset({"faster", "slower", "improvement", "regression", "within noise"})


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
    ``drift``: what drift has added to the half-width, on the log scale.  ``looks``: how many
    looks the run allowed itself, 0 where their number of rounds was fixed.  ``by_launch``: it is
    that of ``bench.stats.launches``.
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
    drift: float = 0.0
    looks: int = 0
    by_launch: bool = False

    @property
    def firm(self) -> bool:
        """Whether it says something that more rounds are not needed for."""
        return self.word in FIRM

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
    """The verdict on one cell: contender against baseline.

    ``pairs`` in the order of the rounds, one a round, with the last attempt of each trial.  Rounds
    with a trial that has not run are not counted; rounds with a disturbed (``invalid``) one are
    left out for both arms; any other status unranks.  By launches, lost rounds were replaced, and
    the first failure of an arm counts as one; else they have to be few.  Never raises for what
    trials contain: a computation that fails gives ``unranked`` with its reason.

    By launches an arm that is ``at_limit`` is judged as if its trials were ``ok``, and may come out
    as the later one.  A verdict that it is not stands on a backlog that may grow: ``unranked``.
    """
    rule = rule or Rule()
    if not rule.by_launch:
        return _judge(pairs, metric, rule, names)
    found = _judge(
        [Pair(p.round, _counted(p.baseline), _counted(p.contender)) for p in pairs],
        metric,
        rule,
        names,
    )
    limits = [
        any(one is not None and one.at_limit for one in side)
        for side in ([p.baseline for p in pairs], [p.contender for p in pairs])
    ]
    wins = {"slower": limits[0], "faster": limits[1]}
    if any(limits) and found.firm and wins.get(found.word, True):
        return _judge(pairs, metric, rule, names)
    return found


def _counted(trial: Outcome | None) -> Outcome | None:
    """One that is at its limit as if nothing were to be said against it."""
    if trial is None or not trial.at_limit:
        return trial
    return replace(trial, status=outcome.OK)


def _judge(pairs: Sequence[Pair], metric: Metric, rule: Rule, names: tuple[str, str]) -> Verdict:
    if len({p.round for p in pairs}) != len(pairs):
        raise ValueError("a round occurs twice: give the last attempt of each trial only")
    run = [p for p in pairs if p.baseline is not None or p.contender is not None]
    if rule.by_launch:
        # A baseline that runs on for another contender takes nothing back from this one.
        run = forgiven(run)
    reasons = [
        *outcome.obstacles(names[0], [p.baseline for p in run if p.baseline is not None]),
        *outcome.obstacles(names[1], [p.contender for p in run if p.contender is not None]),
    ]
    lost = [p.round for p in run if p.disturbed]
    if not reasons and not rule.by_launch:
        reasons += outcome.too_many_lost(len(lost), len(run), rule.lost_share)
    both = [
        (p.baseline, p.contender)
        for p in run
        if not p.disturbed and p.baseline is not None and p.contender is not None
    ]
    bare = Verdict("unranked", metric.key, metric.better, rule.level, rule.threshold, len(both))
    if reasons:
        return replace(bare, reasons=tuple(reasons))
    notes = [f"rounds left out as disturbed: {', '.join(map(str, lost))}"] if lost else []
    try:
        values = log_ratios([b.value or 0.0 for b, _ in both], [c.value or 0.0 for _, c in both])
        if len(values) < rule.minimum:
            estimate = exp(float(values.mean())) if len(values) else None
            return replace(
                bare,
                word="not enough rounds",
                ratio=estimate,
                rounds_needed=rule.minimum,
                reasons=(too_few(len(values), rule), *notes),
            )
        if rule.on_launches:
            return _by_launch(bare, both, rule, notes)
        interval = rule.interval(values.tolist())
    except NoInterval as problem:
        return replace(bare, reasons=(str(problem), *notes))
    if rule.by_launch:
        bare = replace(bare, drift=drift_between(*zip(*both, strict=True)))
        interval = interval.widened(bare.drift)
    spread = float(values.std(ddof=1))
    needed = rounds_for(
        interval.ratio,
        rule.threshold,
        lambda n: rule.planned_half_width(n, spread) + bare.drift,
        interval.n,
    )
    return conclude(bare, interval, ("faster", "slower"), needed, notes)


_Both = Sequence[tuple[Outcome, Outcome]]


def _by_launch(bare: Verdict, both: _Both, rule: Rule, notes: Sequence[str]) -> Verdict:
    if rule.stopping == "fixed":
        return _look(bare, both, rule, notes)
    found = [
        _look(bare, both[:rounds], rule, notes) for rounds in launches.LOOKS if rounds <= len(both)
    ]
    firm = [verdict for verdict in found if verdict.firm]
    return (firm or found)[-1]


def _look(bare: Verdict, both: _Both, rule: Rule, notes: Sequence[str]) -> Verdict:
    """The verdict on just these rounds."""
    n, looks = len(both), rule.stopping == "firm"
    sides = list(zip(*both, strict=True))
    baseline, contender = ([math.log(o.value or 0.0) for o in side] for side in sides)
    alpha = launches.alpha_at(n, rule.comparisons, looks=looks, alpha=rule.alpha)
    found, drift = launches.estimate(baseline, contender), drift_between(*sides)
    interval = found.interval(alpha, drift)
    spread = float(found.error) * math.sqrt(n)
    needed = rounds_for(
        interval.ratio,
        rule.threshold,
        lambda rounds: rule.planned_half_width(rounds, spread) + drift,
        n,
    )
    return conclude(
        replace(
            bare,
            n=n,
            level=interval.level,
            drift=drift,
            looks=len(launches.LOOKS) if looks else 0,
            by_launch=True,
        ),
        interval,
        ("faster", "slower"),
        needed,
        notes,
        launches.claim_threshold(n, rule.threshold),
    )


def drift_between(baseline: Sequence[Outcome], contender: Sequence[Outcome]) -> float:
    """By how much the arms' mean drifts over the window differ, as a share of the metric.

    The square of what was seen less its variance, which is without bias, and 0 where noise is all:
    launches of one arm scatter by a percent, which would widen every interval by about as much.
    """
    sides = [[o.drift for o in side] for side in (baseline, contender)]
    noise = sum(variance(side) / len(side) for side in sides)
    seen = fmean(sides[1]) - fmean(sides[0])
    return math.sqrt(max(0.0, seen**2 - noise))


def forgiven_side(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The same with the first failure counted as a disturbance.

    One crash says as much of the moment as of the arm; its round is replaced.  Two are the arm's.
    """
    first = next((k for k, o in enumerate(outcomes) if o.status == outcome.FAILED), None)
    return [
        replace(o, status=outcome.DISTURBED) if k == first else o for k, o in enumerate(outcomes)
    ]


def forgiven(pairs: Sequence[Pair]) -> list[Pair]:
    """Whole rounds with the first failure of each arm counted as a disturbance."""
    whole = [
        (pair.round, pair.baseline, pair.contender)
        for pair in pairs
        if pair.baseline is not None and pair.contender is not None
    ]
    baseline = forgiven_side([b for _n, b, _c in whole])
    contender = forgiven_side([c for _n, _b, c in whole])
    return [
        Pair(number, b, c)
        for (number, _b, _c), b, c in zip(whole, baseline, contender, strict=True)
    ]


def conclude(
    bare: Verdict,
    interval: Interval,
    words: tuple[Word, Word],
    needed: int | None,
    notes: Sequence[str] = (),
    claim: float | None = None,
) -> Verdict:
    """Fill in ``bare`` from its interval; ``words`` are those for better and worse.

    ``claim``: what the interval has to clear for them, by default the threshold.
    """
    if not all(map(math.isfinite, (interval.ratio, interval.low, interval.high))):
        return replace(bare, reasons=("the interval has no finite bounds", *notes))
    found = replace(bare, ratio=interval.ratio, low=interval.low, high=interval.high)
    where = place(interval.low, interval.high, bare.threshold, claim)
    if where == "inside":
        return replace(found, word="within noise", reasons=tuple(notes))
    if where != "open":
        worse = (where == "above") == (bare.better == "lower")
        return replace(found, word=words[worse], reasons=tuple(notes))
    doubts = []
    if found.excludes_one:
        least = bare.threshold if claim is None else claim
        what = "the noise threshold of" if least <= bare.threshold else "the first look's"
        doubts.append(f"a difference, but perhaps below {what} {least:g}")
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
