"""Three arms in a run: what they tell, in which words, and where nothing is to be told."""

from __future__ import annotations

import math

import pytest

from bench.experiments.compare.causes import cause_lines, causes
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.run import Run
from bench.stats.metrics import METRICS
from tests.report.synthetic import make_info
from tests.summary.test_cells import with_p99

ARMS = ("dstream", "dstream:path=jvm", "structured")


def trial(number, arm, round_number, value, **more):
    status = more.pop("status", "ok")
    found = with_p99(number, arm, round_number, value, **more)
    path = "python" if arm in ("dstream", "structured:path=python") else "jvm"
    info = found.trial.model_copy(update={"path": path})
    return found.model_copy(update={"trial": info, "status": status})


def run(values, rounds=3, triggers="1s", arms=ARMS, **more):
    """A run whose arms have these p99 in every cell, all but the same in each round."""
    plan = build_plan(
        arms,
        around=Surroundings(cores=2),
        rounds=str(rounds),
        axes={"trigger": triggers.split(",")},
    )
    results, number = [], 0
    for k in range(rounds):
        for trigger in triggers.split(","):
            for arm, value in zip(arms, values, strict=True):
                number += 1
                p99 = value * math.exp(0.002 * (k % 2))
                seconds = float(trigger[:-1])
                results.append(trial(number, arm, k + 1, p99, trigger_s=seconds, **more))
    info = make_info(plan=plan.to_dict(), planned_trials=len(results))
    return Run(None, info, results)


@pytest.mark.parametrize(
    ("values", "cause"),
    [
        ((2.0, 1.0, 1.0), "Python"),
        ((2.0, 2.0, 1.0), "the API"),
        ((2.0, 1.4, 1.0), "both"),
        ((1.0, 1.0, 1.0), "neither"),
        ((1.0, 0.5, 1.0), "cancelled"),
    ],
)
def test_the_cause_follows_the_three_arms(values, cause):
    (told,) = causes(run(values))
    assert (told.baseline, told.without, told.contender) == ARMS
    assert told.parts.cause == cause
    assert cause_lines(run(values)) == [told.parts.sentence(*ARMS, "here")]


def test_each_of_several_contenders_is_named():
    first, second = cause_lines(
        run((2.0, 1.0, 1.0, 0.5), arms=(*ARMS, "structured:mode=continuous"))
    )
    assert first.startswith("The difference between dstream and structured here comes from Python")
    assert "between dstream and structured:mode=continuous here comes from both" in second


def test_the_intervals_count_one_comparison_more():
    found = run((2.0, 1.4, 1.0))
    (told,) = causes(found)
    (summary,) = found.summaries
    published = [comparison.verdict.level for comparison in summary.comparisons]
    assert told.parts.api.level == pytest.approx(1 - (1 - published[0]) * 2 / 3)
    assert told.parts.whole.level == told.parts.python.level == told.parts.api.level


def test_it_stands_below_the_table():
    assert "comes from Python, not from the API" in run((2.0, 1.0, 1.0)).markdown()


def test_of_many_cells_it_is_counted():
    lines = cause_lines(run((2.0, 1.0, 1.0), triggers="1s,2s,3s"))
    assert lines == [
        "What structured and dstream differ by, as dstream:path=jvm tells: Python in 3 of 3 cells."
    ]


def test_without_such_an_arm_nothing_is_told():
    assert causes(run((2.0, 1.0), arms=("dstream", "structured"))) == []
    # The same path on another block interval is another arm altogether.
    others = ("dstream", "dstream:path=jvm,profile=tuned", "structured")
    assert causes(run((2.0, 1.0, 1.0), arms=others)) == []
    # A query on Python workers says nothing of the API alone.
    python = ("dstream", "dstream:path=jvm", "structured:path=python")
    assert causes(run((2.0, 1.0, 1.0), arms=python)) == []


def test_arms_that_are_not_ranked_tell_nothing():
    assert causes(run((2.0, 1.0, 1.0), status="saturated")) == []


def test_another_metric_can_be_asked_for():
    (told,) = causes(run((2.0, 1.0, 1.0)), METRICS["cpu_per_million"])
    assert told.parts.whole.metric == "cpu_per_million"
