"""A table of cases from pairs of trials to words."""

import math
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.results.schema import STATUSES
from bench.stats.launches import FIRST_CLAIM, LOOKS, MOST_LOOKS
from bench.stats.metrics import METRICS
from bench.stats.outcome import DISTURBED, FAILED, OK, UNSETTLED, Outcome
from bench.stats.rule import MOST_ROUNDS, Rule, place
from bench.stats.verdict import FIRM, Pair, Verdict, Word, forgiven, judge

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


LOOKED = Rule(stopping="firm", by_launch=True)
LAUNCHED = Rule(by_launch=True)


def launched(*ratios: float, baseline: float = 0.5) -> list[Pair]:
    """A round a ratio; launches of the baseline are equal to the last digit."""
    return [Pair(k, Outcome(baseline), Outcome(baseline * r)) for k, r in enumerate(ratios, 1)]


def test_a_verdict_by_launches_carries_what_it_rests_on():
    verdict = judge(launched(1.8, 1.8), P99, Rule(comparisons=4, stopping="firm", by_launch=True))
    assert (verdict.word, verdict.n, verdict.looks) == ("slower", 2, len(LOOKS))
    assert verdict.by_launch
    assert verdict.level == pytest.approx(1 - 0.015 / 4)
    fixed = judge(launched(1.8, 1.8, 1.8), P99, LAUNCHED)
    assert (fixed.word, fixed.n, fixed.looks, fixed.level) == ("slower", 3, 0, 0.95)


@pytest.mark.parametrize(
    ("ratios", "word", "n"),
    [
        ((1.8,), "not enough rounds", 1),
        ((1.8, 1.8), "slower", 2),
        ((0.7, 0.7), "faster", 2),
        ((1.15, 1.15), "inconclusive", 2),  # the first look claims nothing so near to 1.15
        ((1.15, 1.15, 1.15), "slower", 3),
        ((1.0, 1.0), "inconclusive", 2),  # two launches a side are not within 5% for sure
        ((1.0, 1.0, 1.0), "within noise", 3),
        ((1.0, 1.05, 1.1, 1.05), "inconclusive", 4),
    ],
)
def test_words_at_each_look(ratios, word, n):
    verdict = judge(launched(*ratios), P99, LOOKED)
    assert (verdict.word, verdict.n) == (word, n)
    assert verdict.firm == (word in FIRM) == (word not in ("inconclusive", "not enough rounds"))


def test_the_last_firm_verdict_stands():
    """No later look takes back what an earlier one has said."""
    firm = judge(launched(1.8, 1.8), P99, LOOKED)
    wild = launched(1.8, 1.8, 0.5, 3.0)
    assert judge(wild, P99, LOOKED) == firm
    assert judge(wild, P99, LAUNCHED).word == "inconclusive"
    narrower = judge(launched(1.8, 1.8, 1.8, 1.8), P99, LOOKED)
    assert narrower.n == 4
    assert firm.low < narrower.low < narrower.high < firm.high


def test_of_looks_without_a_firm_one_the_last_counts():
    verdict = judge(launched(1.0, 1.2, 1.0, 1.2), P99, LOOKED)
    assert (verdict.word, verdict.n) == ("inconclusive", 4)
    assert verdict.rounds_needed is None or verdict.rounds_needed > MOST_LOOKS


def test_rounds_beyond_the_last_look_change_nothing():
    four = judge(launched(1.0, 1.2, 1.0, 1.2), P99, LOOKED)
    assert judge(launched(1.0, 1.2, 1.0, 1.2, 9.0, 9.0), P99, LOOKED) == four


def test_a_first_look_says_that_it_was_the_first():
    verdict = judge(launched(1.15, 1.15), P99, LOOKED)
    assert verdict.excludes_one
    assert verdict.low > verdict.threshold
    assert f"perhaps below the first look's {FIRST_CLAIM:g}" in verdict.reasons[0]
    assert (verdict.rounds_needed, verdict.more_rounds) == (3, 1)


def test_two_rounds_that_are_all_there_is_are_judged_as_a_first_look():
    for ratio in (1.0, 1.15, 1.8):
        looked = judge(launched(ratio, ratio), P99, LOOKED)
        fixed = judge(launched(ratio, ratio), P99, LAUNCHED)
        assert (fixed.word, fixed.low, fixed.level) == (looked.word, looked.low, looked.level)


@pytest.mark.parametrize("rule", [LOOKED, LAUNCHED])
@pytest.mark.parametrize("arm", ["baseline", "contender"])
def test_one_crash_of_an_arm_is_left_out_and_two_are_the_arms(rule, arm):
    pairs = launched(1.8, 1.8, 1.8, 1.8)
    crash = Outcome(None, FAILED, ("it broke",))

    def crashed(pair):
        return replace(pair, **{arm: crash})

    pairs[0] = crashed(pairs[0])
    verdict = judge(pairs, P99, rule, names=("baseline", "contender"))
    assert (verdict.word, verdict.n) == ("slower", 3)
    assert verdict.reasons == ("rounds left out as disturbed: 1",)
    pairs[2] = crashed(pairs[2])
    verdict = judge(pairs, P99, rule, names=("baseline", "contender"))
    assert verdict.word == "unranked"
    assert verdict.reasons == (f"{arm} was failed in 1 of 4 rounds: it broke",)


def test_each_arm_may_crash_once():
    pairs = launched(1.8, 1.8, 1.8, 1.8)
    pairs[0] = replace(pairs[0], baseline=Outcome(None, FAILED))
    pairs[2] = replace(pairs[2], contender=Outcome(None, FAILED))
    verdict = judge(pairs, P99, LOOKED)
    assert (verdict.word, verdict.n) == ("slower", 2)
    assert [p.disturbed for p in forgiven(pairs)] == [True, False, True, False]
    assert not any(p.disturbed for p in pairs), "the trials themselves stay what they are"


@pytest.mark.parametrize("status", ["saturated", "unsettled", "unsupported"])
def test_nothing_else_is_forgiven(status):
    pairs = launched(1.8, 1.8, 1.8)
    pairs[0] = replace(pairs[0], contender=Outcome(9.0, status))
    assert judge(pairs, P99, LOOKED).word == "unranked"


@given(st.integers(0, 20), st.sampled_from([LOOKED, LAUNCHED]))
def test_disturbed_rounds_are_left_out_however_many(count, rule):
    """They were replaced; what they measured is not looked at."""
    good = launched(1.8, 1.8, 1.8)
    bad = [Pair(10 + k, Outcome(0.5), Outcome(99.0, DISTURBED, drift=0.9)) for k in range(count)]
    verdict, alone = judge([*bad, *good], P99, rule), judge(good, P99, rule)
    assert replace(verdict, reasons=()) == alone
    assert len(verdict.reasons) == (count > 0)


def test_what_drift_differs_by_widens_the_interval_of_a_look():
    def aged(baseline, contender):
        sides = Outcome(0.5, drift=baseline), Outcome(0.9, drift=contender)
        return judge([Pair(k, *sides) for k in range(3)], P99, LOOKED)

    calm = aged(0.0, 0.0)
    assert aged(-0.08, -0.08) == calm, "what both gain alike cancels in the ratio"
    apart = aged(-0.08, -0.02)
    assert apart.drift == pytest.approx(0.06)
    assert math.log(apart.high / calm.high) == pytest.approx(0.06)
    assert math.log(apart.low / calm.low) == pytest.approx(-0.06)
    assert aged(-0.02, -0.08).low == pytest.approx(apart.low)
    assert (aged(-0.5, 0.2).word, aged(-0.5, 0.2).rounds_needed) == ("inconclusive", None)


def test_the_mean_drift_of_an_arm_counts_not_that_of_a_launch():
    def judged(*drifts):
        sides = [(Outcome(0.5), Outcome(0.9, drift=drift)) for drift in drifts]
        return judge([Pair(k, *side) for k, side in enumerate(sides)], P99, LOOKED)

    assert judged(-0.06, 0.06, 0.0).drift == pytest.approx(0.0, abs=1e-12)
    assert judged(-0.03, -0.03, -0.03).drift == pytest.approx(0.03)
    # Less its own noise: 3% squared, of which 1.7% squared is the variance of the mean.
    assert judged(-0.06, -0.03, 0.0).drift == pytest.approx(math.sqrt(0.03**2 - 0.03**2 / 3))


@pytest.mark.parametrize("stopping", ["until", "open"])
def test_drift_widens_other_intervals_too(stopping):
    def judged(drift, rule):
        noise = [0.1, -0.1, 0.2, -0.2, 0.15, -0.15, 0.1, -0.1, 0.05, -0.05]
        sides = [(Outcome(0.5), Outcome(0.9 * math.exp(x), drift=drift)) for x in noise]
        return judge([Pair(k, *both) for k, both in enumerate(sides)], P99, rule)

    rule = Rule(stopping=stopping, by_launch=True)
    calm, aged = judged(0.0, rule), judged(0.04, rule)
    assert math.log(aged.high / calm.high) == pytest.approx(0.04)
    before = Rule(stopping=stopping)
    assert judged(0.04, before) == judged(0.0, before) == calm


def test_a_run_of_before_knows_nothing_of_launches():
    pairs = pairs_of(1.8)
    first = pairs[0].contender
    assert first is not None
    pairs[0] = replace(pairs[0], contender=replace(first, drift=0.3))
    old = judge(pairs, P99)
    assert (old.by_launch, old.drift, old.looks) == (False, 0.0, 0)
    assert old == judge(pairs_of(1.8), P99)
    crash = [*pairs_of(1.8), Pair(6, Outcome(0.5), Outcome(None, FAILED))]
    assert judge(crash, P99).word == "unranked"
    with pytest.raises(ValueError, match="only launches"):
        Rule(stopping="firm")


@pytest.mark.parametrize("rule", [LOOKED, LAUNCHED])
def test_rounds_needed_by_launches_would_have_decided(rule):
    verdict = judge(launched(1.15, 1.25), P99, rule)
    assert (verdict.word, verdict.n) == ("inconclusive", 2)
    needed = verdict.rounds_needed
    assert needed is not None
    assert 2 < needed <= MOST_ROUNDS
    again = launched(*[1.15, 1.25] * ((needed + 1) // 2))
    assert judge(again, P99, LAUNCHED).word == "slower"


OUTCOMES = st.builds(
    Outcome,
    st.one_of(st.none(), st.floats()),
    st.one_of(st.just("ok"), st.sampled_from(STATUSES)),
)


@given(
    st.lists(st.tuples(st.none() | OUTCOMES, st.none() | OUTCOMES), max_size=8),
    st.integers(1, 20),
    st.sampled_from(["fixed", "until", "open", "firm"]),
    st.booleans(),
)
def test_judging_never_raises_and_never_claims_without_bounds(
    trials, comparisons, stopping, by_launch
):
    pairs = [Pair(k, b, c) for k, (b, c) in enumerate(trials)]
    rule = Rule(
        comparisons=comparisons, stopping=stopping, by_launch=by_launch or stopping == "firm"
    )
    verdict = judge(pairs, P99, rule)
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
    st.sampled_from([Rule(), LOOKED, LAUNCHED]),
)
def test_changing_sides_changes_the_word_only(noise, ratio, rule):
    there = judge(pairs_of(ratio, noise), P99, rule)
    swapped = [Pair(p.round, p.contender, p.baseline) for p in pairs_of(ratio, noise)]
    back = judge(swapped, P99, rule)
    mirror = {"faster": "slower", "slower": "faster"}
    assert back.word == mirror.get(there.word, there.word)


@given(st.floats(0.01, 10), st.floats(1, 10), st.floats(1, 3))
def test_place_is_where_the_whole_interval_lies(low, factor, threshold):
    high = low * factor
    where = place(low, high, threshold)
    assert (where == "above") == (low > threshold)
    assert (where == "below") == (high < 1 / threshold)
    assert (where == "inside") == (1 / threshold <= low and high <= threshold)


@given(st.floats(0.01, 10), st.floats(1, 10), st.floats(1, 3), st.floats(1, 2))
def test_a_claim_may_have_to_clear_more_than_the_noise(low, factor, threshold, more):
    high, claim = low * factor, threshold * more
    where = place(low, high, threshold, claim)
    assert (where == "above") == (low > claim)
    assert (where == "below") == (high < 1 / claim)
    if where == "inside":
        assert place(low, high, threshold) == "inside"


def near(pairs: list[Pair], which: str) -> list[Pair]:
    """The same with the last trial of one side at its limit."""
    trial = replace(getattr(pairs[-1], which), status=UNSETTLED, at_limit=True)
    return [*pairs[:-1], replace(pairs[-1], **{which: trial})]


def test_an_arm_at_its_limit_may_be_the_later_one():
    verdict = judge(near(launched(0.6, 0.6), "baseline"), P99, LOOKED)
    assert verdict == judge(launched(0.6, 0.6), P99, LOOKED)
    assert judge(near(launched(1.8, 1.8), "contender"), P99, LOOKED).word == "slower"
    # What more rounds may tell is not given up.
    assert judge(near(launched(1.2, 1.2), "contender"), P99, LOOKED).word == "inconclusive"


@pytest.mark.parametrize(
    ("ratios", "which"),
    [((1.8, 1.8), "baseline"), ((0.6, 0.6), "contender"), ((1.0, 1.0, 1.0), "baseline")],
)
def test_an_arm_at_its_limit_neither_wins_nor_is_level(ratios, which):
    verdict = judge(near(launched(*ratios), which), P99, LOOKED, ("this", "that"))
    assert (verdict.word, verdict.ratio) == ("unranked", None)
    name = {"baseline": "this", "contender": "that"}[which]
    assert verdict.reasons == (f"{name} was unsettled in 1 of {len(ratios)} rounds",)


def test_a_limit_counts_by_launches_only():
    assert judge(near(pairs_of(0.5), "baseline"), P99).word == "unranked"


@given(
    st.lists(st.floats(0.5, 2), min_size=1, max_size=5),
    st.sampled_from(["baseline", "contender"]),
)
def test_a_limit_changes_no_other_claim(ratios, which):
    plain = judge(launched(*ratios), P99, LOOKED)
    found = judge(near(launched(*ratios), which), P99, LOOKED)
    loses = {"baseline": "faster", "contender": "slower"}[which]
    if plain.firm and plain.word != loses:
        assert found.word == "unranked"
    else:
        assert found == plain
