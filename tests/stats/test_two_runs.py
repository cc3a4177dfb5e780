"""``diff``: unpaired, by Welch."""

import math
from dataclasses import replace

import pytest

from bench.stats.interval import NoInterval
from bench.stats.metrics import METRICS
from bench.stats.outcome import Outcome
from bench.stats.rule import Rule
from bench.stats.two_runs import compare_runs, welch_interval

P99, THROUGHPUT = METRICS["e2e_p99"], METRICS["throughput"]
STEADY = (-0.02, -0.01, 0.0, 0.01, 0.02)


def run(value: float, noise=STEADY) -> list[Outcome]:
    return [Outcome(value * math.exp(x)) for x in noise]


def test_agrees_with_scipys_welch():
    from scipy import stats

    before, after = [0.1, 0.4, 0.2, 0.3], [0.9, 0.1, 0.5, 0.2, 0.7, 0.6]
    theirs = stats.ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    ours = welch_interval(before, after)
    assert (math.log(ours.low), math.log(ours.high)) == pytest.approx((theirs.low, theirs.high))
    assert ours.n == 4


@pytest.mark.parametrize(
    ("before", "after", "metric", "word"),
    [
        (run(1.0), run(1.3), P99, "regression"),
        (run(1.3), run(1.0), P99, "improvement"),
        (run(1.0), run(1.3), THROUGHPUT, "improvement"),
        (run(1.3), run(1.0), THROUGHPUT, "regression"),
        (run(1.0), run(1.01), P99, "within noise"),
        (run(1.0), run(1.05), P99, "inconclusive"),
        (run(1.0, [20 * x for x in STEADY]), run(1.2), P99, "inconclusive"),
        (run(1.0), run(1.3)[:3], P99, "not enough rounds"),
        (run(1.0), [], P99, "not enough rounds"),
    ],
)
def test_words(before, after, metric, word):
    assert compare_runs(before, after, metric).word == word


def test_one_run_may_have_no_spread_but_not_both():
    flat = run(1.0, [0.0] * 5)
    assert compare_runs(flat, run(1.3), P99).word == "regression"
    verdict = compare_runs(flat, run(1.3, [0.0] * 5), P99)
    assert verdict.word == "unranked"
    assert "same value" in verdict.reasons[0]


def test_what_an_arm_did_in_either_run_unranks():
    bad = run(1.0)
    bad[0] = replace(bad[0], status="saturated")
    verdict = compare_runs(run(1.0), bad, P99)
    assert verdict.reasons == ("the second run was saturated in 1 of 5 rounds",)


def test_disturbed_rounds_are_left_out_while_few():
    disturbed = run(1.3)
    disturbed[2] = Outcome(50.0, "invalid")
    verdict = compare_runs(run(1.0), disturbed, P99)
    assert (verdict.word, verdict.n) == ("regression", 4)
    disturbed[3] = Outcome(50.0, "invalid")
    assert "2 of 5 rounds" in compare_runs(run(1.0), disturbed, P99).reasons[0]


@pytest.mark.parametrize("value", [None, math.nan, 0.0])
def test_a_value_that_cannot_be_gives_no_verdict(value):
    assert compare_runs(run(1.0), [*run(1.0), Outcome(value)], P99).word == "unranked"


def test_many_cells_at_once_demand_more():
    pair = run(1.0), run(1.09)
    assert compare_runs(*pair, P99).word == "regression"
    assert compare_runs(*pair, P99, Rule(comparisons=32)).word == "not enough rounds"


def test_rounds_needed_a_run():
    verdict = compare_runs(run(1.0, [5 * x for x in STEADY]), run(1.15), P99)
    assert verdict.word == "inconclusive"
    assert verdict.rounds_needed is not None
    assert verdict.rounds_needed > 5


@pytest.mark.parametrize(("one", "other"), [([1.0], [1.0, 2.0]), ([1.0, math.nan], [1.0, 2.0])])
def test_no_interval_where_none_can_be_had(one, other):
    with pytest.raises(NoInterval):
        welch_interval(one, other)
