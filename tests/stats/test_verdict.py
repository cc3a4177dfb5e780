"""A table of cases from pairs of trials to words."""

import math
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.results.schema import STATUSES
from bench.stats.metrics import METRICS
from bench.stats.outcome import DISTURBED, OK, Outcome
from bench.stats.rule import MOST_ROUNDS, Rule, place
from bench.stats.verdict import Pair, Verdict, Word, judge

P99, THROUGHPUT = METRICS["e2e_p99"], METRICS["throughput"]

#: Log-ratios of five rounds around 0 with a standard deviation of 0.0158.
STEADY = (-0.02, -0.01, 0.0, 0.01, 0.02)
#: The same, ten times as wide.
RESTLESS = tuple(10 * x for x in STEADY)


def pairs_of(ratio: float, noise=STEADY, baseline: float = 0.5) -> list[Pair]:
    return [
        Pair(k, Outcome(baseline), Outcome(baseline * ratio * math.exp(x)))
        for k, x in enumerate(noise, 1)
    ]


@pytest.mark.parametrize(
    ("ratio", "noise", "metric", "word"),
    [
        (1.8, STEADY, P99, "slower"),
        (1 / 1.8, STEADY, P99, "faster"),
        (1.8, STEADY, THROUGHPUT, "faster"),
        (1 / 1.8, STEADY, THROUGHPUT, "slower"),
        (1.8, STEADY, METRICS["cpu_per_million"], "slower"),
        (1.0, STEADY, P99, "within noise"),
        (1.02, STEADY, P99, "within noise"),
        (1 / 1.02, STEADY, THROUGHPUT, "within noise"),
        (1.05, STEADY, P99, "inconclusive"),  # right at the threshold
        (1.06, STEADY, P99, "inconclusive"),  # differs from 1, but by how much
        (1.0, RESTLESS, P99, "inconclusive"),
        (1.2, RESTLESS, P99, "inconclusive"),
        (1.8, RESTLESS, P99, "slower"),
        (1.8, STEADY[:3], P99, "not enough rounds"),
        (1.8, STEADY[:1], P99, "not enough rounds"),
    ],
)
def test_words(ratio, noise, metric, word):
    verdict = judge(pairs_of(ratio, noise), metric)
    assert verdict.word == word
    assert verdict.n == len(noise)
    assert (verdict.metric, verdict.better) == (metric.key, metric.better)


def test_a_verdict_carries_what_it_rests_on():
    verdict = judge(pairs_of(1.8), P99, Rule(comparisons=4, threshold=1.1))
    assert verdict.ratio == pytest.approx(1.8)
    assert verdict.low is not None
    assert verdict.high is not None
    assert verdict.low < 1.8 < verdict.high
    assert verdict.level == pytest.approx(0.9875)
    assert (verdict.threshold, verdict.rounds_needed, verdict.reasons) == (1.1, None, ())


def test_the_threshold_decides_not_the_bare_difference():
    assert judge(pairs_of(1.2), P99, Rule(threshold=1.1)).word == "slower"
    assert judge(pairs_of(1.2), P99, Rule(threshold=1.5)).word == "within noise"
    doubtful = judge(pairs_of(1.2), P99, Rule(threshold=1.2))
    assert doubtful.word == "inconclusive"
    assert doubtful.excludes_one
    assert "perhaps below the noise threshold of 1.2" in doubtful.reasons[0]


def test_more_verdicts_at_once_need_more_rounds():
    four = pairs_of(1.8, STEADY[:4])
    assert judge(four, P99).word == "slower"
    few = judge(four, P99, Rule(comparisons=8))
    assert (few.word, few.rounds_needed, few.more_rounds) == ("not enough rounds", 5, 1)
    assert few.ratio == pytest.approx(1.8, rel=0.02)
    assert few.low is None


def test_rounds_needed_would_have_decided():
    verdict = judge(pairs_of(1.2, RESTLESS), P99)
    assert verdict.rounds_needed is not None
    needed = verdict.rounds_needed
    assert 5 < needed <= MOST_ROUNDS
    # the same ratio and spread over that many rounds, by two values a spread apart
    half = 0.158 * math.sqrt((needed - 1) / needed)
    even = needed + needed % 2
    longer = judge(pairs_of(1.2, [half * (-1) ** k for k in range(even)]), P99)
    assert longer.word == "slower"


def test_no_number_of_rounds_is_promised_right_at_the_threshold():
    verdict = judge(pairs_of(1.05), P99)
    assert verdict.rounds_needed is None
    assert verdict.more_rounds is None
    assert any("too close to the noise threshold" in reason for reason in verdict.reasons)


@pytest.mark.parametrize("status", [s for s in STATUSES if s not in (OK, DISTURBED)])
@pytest.mark.parametrize("arm", ["baseline", "contender"])
def test_what_an_arm_did_unranks_even_once(status, arm):
    pairs = pairs_of(1.8)
    bad = Outcome(9.0, status, ("it would not",))
    pairs[2] = (
        replace(pairs[2], baseline=bad) if arm == "baseline" else replace(pairs[2], contender=bad)
    )
    verdict = judge(pairs, P99, names=("baseline", "contender"))
    assert verdict.word == "unranked"
    assert verdict.reasons == (f"{arm} was {status} in 1 of 5 rounds: it would not",)
    assert verdict.ratio is None


def test_statuses_are_those_of_the_schema():
    assert {OK, DISTURBED} <= set(STATUSES)


def test_one_disturbed_round_in_five_is_left_out_for_both():
    pairs = pairs_of(1.8)
    pairs[1] = replace(pairs[1], contender=Outcome(99.0, DISTURBED))
    verdict = judge(pairs, P99)
    assert (verdict.word, verdict.n) == ("slower", 4)
    assert verdict.reasons == ("rounds left out as disturbed: 2",)


def test_more_disturbance_unranks():
    pairs = pairs_of(1.8)
    pairs[1] = replace(pairs[1], contender=Outcome(99.0, DISTURBED))
    pairs[3] = replace(pairs[3], baseline=Outcome(None, DISTURBED))
    verdict = judge(pairs, P99)
    assert verdict.word == "unranked"
    assert "2 of 5 rounds were disturbed" in verdict.reasons[0]
    assert judge(pairs, P99, Rule(lost_share=0.5)).word == "not enough rounds"


@pytest.mark.parametrize("value", [None, math.nan, math.inf, 0.0, -0.1])
def test_a_value_that_cannot_be_gives_no_verdict(value):
    pairs = pairs_of(1.8)
    pairs[0] = replace(pairs[0], contender=Outcome(value))
    verdict = judge(pairs, P99)
    assert verdict.word == "unranked"
    assert str(value) in verdict.reasons[0]


def test_no_spread_gives_no_verdict():
    verdict = judge(pairs_of(1.8, [0.0] * 6), P99)
    assert verdict.word == "unranked"
    assert "same ratio" in verdict.reasons[0]


def test_rounds_not_finished_are_not_counted():
    pairs = [*pairs_of(1.8), Pair(6, Outcome(0.5), None), Pair(7, None, None)]
    assert judge(pairs, P99) == judge(pairs_of(1.8), P99)
    assert judge([], P99).word == "not enough rounds"


def test_a_round_given_twice_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="occurs twice"):
        judge([*pairs_of(1.8), *pairs_of(1.8)], P99)


def test_how_the_run_ended_decides_the_interval():
    pairs = pairs_of(1.8, [0.1, -0.1, 0.2, -0.2, 0.15, -0.15, 0.1, -0.1, 0.05, -0.05])
    widths = {}
    for stopping in ("fixed", "until", "open"):
        verdict = judge(pairs, P99, Rule(stopping=stopping))
        assert verdict.low is not None
        assert verdict.ratio is not None
        widths[stopping] = verdict.ratio / verdict.low
    assert widths["fixed"] < widths["until"] < widths["open"]


def test_an_open_run_needs_bounds_first():
    verdict = judge(pairs_of(1.8, STEADY[:4]), P99, Rule(stopping="open"))
    assert (verdict.word, verdict.rounds_needed) == ("not enough rounds", 5)


@pytest.mark.parametrize("threshold", [0.99, 0.0, math.nan, math.inf])
def test_a_threshold_below_one_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold"):
        Rule(threshold=threshold)


OUTCOMES = st.builds(
    Outcome,
    st.one_of(st.none(), st.floats()),
    st.one_of(st.just("ok"), st.sampled_from(STATUSES)),
)


@given(
    st.lists(st.tuples(st.none() | OUTCOMES, st.none() | OUTCOMES), max_size=8),
    st.integers(1, 20),
    st.sampled_from(["fixed", "until", "open"]),
)
def test_judging_never_raises_and_never_claims_without_bounds(trials, comparisons, stopping):
    pairs = [Pair(k, b, c) for k, (b, c) in enumerate(trials)]
    verdict = judge(pairs, P99, Rule(comparisons=comparisons, stopping=stopping))
    assert isinstance(verdict, Verdict)
    assert verdict.word in get_args(Word)
    if verdict.word in ("faster", "slower", "within noise", "inconclusive"):
        assert verdict.low is not None
        assert verdict.ratio is not None
        assert verdict.high is not None
        assert 0 <= verdict.low <= verdict.ratio <= verdict.high < math.inf
    else:
        assert verdict.reasons


@given(
    st.lists(st.floats(-0.5, 0.5), min_size=4, max_size=12),
    st.floats(0.3, 3.0),
)
def test_changing_sides_changes_the_word_only(noise, ratio):
    there = judge(pairs_of(ratio, noise), P99)
    back = judge([Pair(p.round, p.contender, p.baseline) for p in pairs_of(ratio, noise)], P99)
    mirror = {"faster": "slower", "slower": "faster"}
    assert back.word == mirror.get(there.word, there.word)


@given(st.floats(0.01, 10), st.floats(1, 10), st.floats(1, 3))
def test_place_is_where_the_whole_interval_lies(low, factor, threshold):
    high = low * factor
    where = place(low, high, threshold)
    assert (where == "above") == (low > threshold)
    assert (where == "below") == (high < 1 / threshold)
    assert (where == "inside") == (1 / threshold <= low and high <= threshold)
