"""From the trials of a run to its verdicts: pairs of outcomes, and the rule that judges them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bench.results.schema import RunInfo, TrialResult
from bench.stats.metrics import HEADLINE, METRICS, Metric
from bench.stats.outcome import outcome_of
from bench.stats.rule import Rule, rule_for
from bench.stats.verdict import Pair, Verdict, judge
from bench.summary.summary import Judge

#: Why the trials of a search get no verdict here.
SEARCHED = "a search for settings does not judge by its own trials; see report/tune.md"


def run_metric(info: RunInfo) -> str:
    """The metric that gets the verdict, a key of ``bench.stats.metrics.METRICS``."""
    name = info.plan.get("settings", {}).get("metric", HEADLINE)
    return name if name in METRICS else HEADLINE


def run_rule(info: RunInfo, comparisons: int = 1) -> Rule:
    """How the run is judged, from its plan and its end.

    A run that has not come to its planned end was stopped by somebody who saw figures, and so was
    one whose plan was changed on the way: both are judged by the interval that allows for it.  Only
    the looks of a run that waits for firm verdicts were planned, so each of them stands.
    ``comparisons`` is used where the plan does not say how many verdicts it asks for.
    """
    settings = info.plan.get("settings", {})
    replanned = any(part.replanned for part in info.parts)
    at_will = replanned or (info.finished_at is None and not settings.get("firm"))
    return rule_for(settings, _planned(info) or comparisons, at_will=at_will)


def run_judge(info: RunInfo) -> Judge:
    """What judges the cells of a run, for ``bench.summary.cells.summarise_cells``."""
    metric = METRICS[run_metric(info)]
    searched = info.plan.get("settings", {}).get("tune") is not None

    def verdict_of(
        baseline: Sequence[TrialResult], contender: Sequence[TrialResult], comparisons: int
    ) -> Verdict:
        found = judge_trials(baseline, contender, metric, run_rule(info, comparisons))
        # The best of many noisy figures is partly the luckiest: only fresh rounds may judge it.
        return _unjudged(found) if searched else found

    return verdict_of


def _unjudged(found: Verdict) -> Verdict:
    return replace(
        found,
        word="unranked",
        ratio=None,
        low=None,
        high=None,
        rounds_needed=None,
        reasons=(SEARCHED,),
    )


def judge_trials(
    baseline: Sequence[TrialResult],
    contender: Sequence[TrialResult],
    metric: Metric = METRICS[HEADLINE],
    rule: Rule | None = None,
) -> Verdict:
    """The verdict on one cell from the trials of two arms; of each round the last attempts count.

    Pure: the same results and rule give the same verdict, in whatever order they come.
    """
    sides = _by_round(baseline), _by_round(contender)
    pairs = [
        Pair(
            number,
            *(outcome_of(side[number], metric) if number in side else None for side in sides),
        )
        for number in sorted(sides[0].keys() | sides[1].keys())
    ]
    names = (_name(baseline, "the baseline"), _name(contender, "the contender"))
    return judge(pairs, metric, rule, names)


def _planned(info: RunInfo) -> int | None:
    axes, arms = info.plan.get("axes"), info.plan.get("arms", ())
    if not axes or len(arms) < 2:
        return None
    return math.prod(len(values) for values in axes.values()) * (len(arms) - 1)


def _by_round(trials: Iterable[TrialResult]) -> dict[int, TrialResult]:
    latest: dict[int, TrialResult] = {}
    for result in sorted(trials, key=lambda result: result.trial.attempt):
        latest[result.trial.round] = result
    return latest


def _name(trials: Sequence[TrialResult], unknown: str) -> str:
    return trials[0].trial.arm if trials else unknown
