"""Drift, position, outliers, stops and time, as they are found and said."""

from __future__ import annotations

import math

import pytest

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.results.schema import RunPart
from bench.run import Run
from bench.stats.metrics import METRICS
from bench.summary.conduct import conduct, time_share
from bench.summary.order import order_of
from tests.report.synthetic import make_info, make_trial
from tests.summary.test_cells import with_p99

ARMS = ("dstream", "structured")
P99 = METRICS["e2e_p99"]


def run_of(value, rounds=8, **info):
    """A run whose p99 is ``value`` of arm, round and slot; who is first alternates."""
    results = []
    for n in range(1, rounds + 1):
        for slot, arm in enumerate(ARMS if n % 2 else ARMS[::-1]):
            result = with_p99(len(results) + 1, arm, n, value(arm, n, slot))
            trial = result.trial.model_copy(update={"slot": slot})
            results.append(result.model_copy(update={"trial": trial}))
    return Run(None, make_info(**info), results)


def wobble(arm, n):
    return math.exp(0.01 * math.sin(7 * n + 3 * len(arm)))


def calm(arm, n, slot):
    return wobble(arm, n)


def test_a_calm_run_says_so():
    assert conduct(run_of(calm)) == [
        line for line in conduct(run_of(calm)) if line.startswith("No drift over 8 rounds (p = ")
    ]
    assert len(conduct(run_of(calm))) == 1


def test_drift_is_found_and_told_with_its_size():
    run = run_of(lambda arm, n, slot: 1.1**n * wobble(arm, n))
    found = order_of(run.results, ARMS, P99)
    assert found.trend.found
    assert found.trend.change_per_round == pytest.approx(0.1, abs=0.02)
    (line,) = [line for line in conduct(run) if line.startswith("Drift over 8 rounds")]
    assert "end-to-end latency, p99 changed by +1" in line
    assert run.summaries[0].comparisons[0].verdict.word == "within noise"


def test_an_effect_of_the_position_is_found_and_told():
    run = run_of(lambda arm, n, slot: (1.3 if slot else 1.0) * wobble(arm, n))
    found = order_of(run.results, ARMS, P99).positions["structured"]
    assert found.found
    assert found.ratio == pytest.approx(1.3, rel=0.05)
    assert any("Position matters: what runs second" in line for line in conduct(run))


def test_an_outlier_is_flagged_and_kept():
    def value(arm, n, slot):
        return 9.0 if (arm, n) == ("structured", 4) else wobble(arm, n)

    run = run_of(value)
    (outlier,) = order_of(run.results, ARMS, P99).outliers
    assert (outlier.arm, outlier.round, outlier.value) == ("structured", 4, 9.0)
    (line,) = [line for line in conduct(run) if line.startswith("Outlier")]
    assert "(structured, round 4) has 9.00 s where the median is 1.0" in line
    assert run.summaries[0].comparisons[0].rounds == 8


def test_many_outliers_are_counted():
    def value(arm, n, slot):
        return 9.0 * wobble(arm, n) if n > 15 else wobble(arm, n)

    lines = conduct(run_of(value, rounds=18))
    assert sum(line.startswith("Outlier, kept") for line in lines) == 3
    assert "3 more outliers, kept too." in lines


def test_too_little_is_said_nothing_of():
    assert conduct(run_of(calm, rounds=2)) == []
    assert conduct(Run(None, make_info(), [])) == []
    failed = [make_trial(n, ARMS[n % 2], round_number=n, status="failed") for n in range(1, 9)]
    assert conduct(Run(None, make_info(), failed)) == []


def test_how_a_run_ended_is_told():
    stopped = conduct(run_of(calm, finished_at=None))
    assert any(line.startswith("Stopped before its planned end") for line in stopped)
    part = RunPart(pid=1, started_at=0.0, forced=["the run had rounds 3, not 8"], replanned=True)
    changed = conduct(run_of(calm, parts=[part]))
    assert any(line.startswith("The plan was changed on the way") for line in changed)
    assert "Resumed with --force: the run had rounds 3, not 8." in changed


@pytest.mark.parametrize(("until", "told"), [("5%", "."), ("0.1%", "; the budget was spent")])
def test_whether_until_was_reached_is_told(until, told):
    plan = build_plan(ARMS, around=Surroundings(2), until=until)
    lines = conduct(run_of(calm, plan=plan.to_dict()))
    (line,) = [line for line in lines if line.startswith("--until")]
    assert "the widest interval is the ratio times and over 1.0" in line
    assert told in line


def test_the_share_of_measured_time():
    results = [make_trial(n, ARMS[n % 2], duration_s=12.0) for n in (1, 2)]
    failed = make_trial(3, status="failed")
    once = [RunPart(pid=1, started_at=0.0)]
    info = make_info(started_at=1000.0, finished_at=1120.0, parts=once)
    assert time_share(info, [*results, failed]).startswith(
        "Measured windows: 24 s of 2 min 0 s wall time (20%); "
    )
    # Between the parts of a run that was resumed nothing ran.
    twice = info.model_copy(update={"parts": once * 2})
    assert " of 1 min 21 s wall time (30%); " in time_share(twice, [*results, failed])
    assert time_share(info, []) is None
