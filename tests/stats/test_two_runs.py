"""``diff``: unpaired, by Welch."""

import math
from dataclasses import replace

import pytest

from bench.stats.launches import FIRST_CLAIM, LEAST
from bench.stats.metrics import METRICS
from bench.stats.outcome import Outcome
from bench.stats.rule import Rule
from bench.stats.two_runs import compare_runs

P99, THROUGHPUT = METRICS["e2e_p99"], METRICS["throughput"]
STEADY = (-0.02, -0.01, 0.0, 0.01, 0.02)


def run(value: float, noise=STEADY) -> list[Outcome]:
    return [Outcome(value * math.exp(x)) for x in noise]


def test_agrees_with_scipys_welch():
    from scipy import stats

    before, after = [0.1, 0.4, 0.2, 0.3], [0.9, 0.1, 0.5, 0.2, 0.7, 0.6]
    theirs = stats.ttest_ind(after, before, equal_var=False).confidence_interval(0.95)
    one, other = ([Outcome(math.exp(v)) for v in side] for side in (before, after))
    ours = compare_runs(one, other, P99)
    assert ours.low is not None
    assert ours.high is not None
    assert (math.log(ours.low), math.log(ours.high)) == pytest.approx((theirs.low, theirs.high))
    assert (ours.n, ours.level) == (4, 0.95)


def test_rounds_of_two_runs_are_no_pairs():
    """What a round did to one run says nothing of the other: their order changes nothing."""
    before, after = run(1.0), run(1.2)
    assert compare_runs(before, after, P99) == compare_runs(before, after[::-1], P99)


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
        (run(1.0), run(1.3)[:3], P99, "regression"),
        (run(1.0), run(1.3)[:1], P99, "not enough rounds"),
        (run(1.0), [], P99, "not enough rounds"),
    ],
)
def test_words(before, after, metric, word):
    assert compare_runs(before, after, metric).word == word


def test_launches_that_agree_have_the_spread_of_the_floor():
    flat = run(1.0, [0.0] * 5)
    assert compare_runs(flat, run(1.3), P99).word == "regression"
    verdict = compare_runs(flat, run(1.3, [0.0] * 5), P99)
    assert verdict.word == "regression"
    assert verdict.low < 1.3 < verdict.high


def test_two_launches_a_run_have_to_clear_what_a_first_look_has_to():
    two = [Outcome(1.0)] * LEAST
    assert compare_runs(two, run(1.4, [0.0] * LEAST), P99).word == "regression"
    doubtful = compare_runs(two, run(1.15, [0.0] * LEAST), P99)
    assert 1.05 < doubtful.low < FIRST_CLAIM
    assert doubtful.word == "inconclusive"
    assert doubtful.level == pytest.approx(0.985)
    assert compare_runs(two * 2, run(1.15, [0.0] * 4), P99).word == "regression"


def test_what_the_runs_drift_differs_by_widens_the_interval():
    def drifting(value, drift):
        return [replace(o, drift=drift) for o in run(value)]

    calm = compare_runs(run(1.0), run(1.3), P99)
    same = compare_runs(drifting(1.0, -0.04), drifting(1.3, -0.04), P99)
    assert same == calm
    apart = compare_runs(drifting(1.0, -0.04), drifting(1.3, -0.01), P99)
    assert apart.drift == pytest.approx(0.03)
    assert math.log(apart.high / calm.high) == pytest.approx(0.03)
    assert math.log(apart.low / calm.low) == pytest.approx(-0.03)


def test_a_disturbed_trial_has_no_drift_to_add():
    disturbed = run(1.3)
    disturbed[2] = Outcome(50.0, "invalid", drift=0.5)
    assert compare_runs(run(1.0), disturbed, P99).drift == 0


def test_what_an_arm_did_in_either_run_unranks():
    bad = run(1.0)
    bad[0] = replace(bad[0], status="saturated")
    verdict = compare_runs(run(1.0), bad, P99)
    assert verdict.reasons == ("the second run was saturated in 1 of 5 rounds",)


def test_disturbed_rounds_and_a_first_crash_are_left_out():
    disturbed = run(1.3)
    disturbed[2] = Outcome(50.0, "invalid")
    verdict = compare_runs(run(1.0), disturbed, P99)
    assert (verdict.word, verdict.n) == ("regression", 4)
    disturbed[3] = Outcome(50.0, "failed")
    verdict = compare_runs(run(1.0), disturbed, P99)
    assert (verdict.word, verdict.n) == ("regression", 3)
    disturbed[4] = Outcome(50.0, "failed")
    assert "failed in 1 of 5 rounds" in compare_runs(run(1.0), disturbed, P99).reasons[0]


@pytest.mark.parametrize("value", [None, math.nan, 0.0])
def test_a_value_that_cannot_be_gives_no_verdict(value):
    assert compare_runs(run(1.0), [*run(1.0), Outcome(value)], P99).word == "unranked"


def test_many_cells_at_once_demand_more():
    pair = run(1.0), run(1.09)
    assert compare_runs(*pair, P99).word == "regression"
    many = compare_runs(*pair, P99, Rule(comparisons=32, by_launch=True))
    assert many.word == "inconclusive"
    assert many.level == pytest.approx(1 - 0.05 / 32)


def test_rounds_needed_a_run():
    verdict = compare_runs(run(1.0, [5 * x for x in STEADY]), run(1.15), P99)
    assert verdict.word == "inconclusive"
    assert verdict.rounds_needed is not None
    assert verdict.rounds_needed > 5
