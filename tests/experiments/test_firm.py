"""Rounds until every verdict is firm: looks, what is replaced, and that resuming is replaying."""

from __future__ import annotations

import math
import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.experiments.base import Telling
from bench.experiments.compare.firm import MOST_REPLACED, Firm
from bench.experiments.compare.rounds import Rounds
from bench.experiments.compare.until import Until
from bench.experiments.registry import strategy_of
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.spec import LOG_RATIOS
from bench.results.schema import Latency, Quantiles
from bench.stats.launches import LEAST, MOST_LOOKS
from tests.long import examples

STATUSES = ("ok", "ok", "ok", "unsettled", "saturated", "invalid", "failed", "unsupported")
BOTH = ("dstream", "structured")
THREE = ("dstream", "structured", "null")


def plan_of(*arms, triggers="1s", **options):
    axes = {"trigger": [triggers]}
    return build_plan(arms or BOTH, around=Surroundings(2), axes=axes, **options)


PLAN = plan_of()
GRID = plan_of(triggers="500ms,1s")


def measured(result, p99):
    spread = Quantiles(n=9, p50=p99, p90=p99, p95=p99, p99=p99, max=p99, mean=p99)
    return result.model_copy(update={"latency_s": Latency(gross=spread, net=spread)})


def result_with(result_of, spec, p99, status="ok"):
    result = result_of(spec, status)
    return result if status in ("failed", "unsupported") else measured(result, p99)


def drive(plan, result_of, ratio_of, status_of=lambda spec: "ok"):
    """A whole run in which an arm takes ``ratio_of(spec)`` seconds and the baseline one."""
    strategy, results, specs = strategy_of(plan), [], []
    assert isinstance(strategy, Firm)
    while (spec := strategy.next(results)) is not None:
        first = spec.arm.text == plan.arms[0].text
        p99 = 1.0 if first else ratio_of(spec)
        specs.append(spec)
        results.append(result_with(result_of, spec, p99, status_of(spec)))
        assert len(specs) <= (plan.settings.rounds + MOST_REPLACED) * plan.trials_per_round
    return specs, results


def rounds_of(specs, arm=None, trigger_s=None):
    """The rounds that ran, of one arm or cell."""
    return sorted(
        {
            spec.round
            for spec in specs
            if arm in (None, spec.arm.text) and trigger_s in (None, spec.trigger_s)
        }
    )


def always(ratio):
    return lambda spec: ratio


def at_round(number, status, arm="structured", trigger_s=1.0):
    """That status of an arm in one round of one cell."""
    where = (number, arm, trigger_s)
    return lambda spec: status if (spec.round, spec.arm.text, spec.trigger_s) == where else "ok"


def noisy(spread, mean=1.0):
    """A ratio that depends on cell, round and arm alone."""
    return lambda spec: (
        mean * math.exp(random.Random(f"{spec.seed} {spec.arm.text}").gauss(0, spread))
    )


# When it ends


@pytest.mark.parametrize(
    ("ratio", "rounds"),
    [
        (always(0.5), 2),
        (always(2.0), 2),
        (always(1.15), 3),  # beyond the noise, but the first look claims no more than 1.15
        (always(1.0), 3),  # two launches a side are not within the noise for sure
        (always(1.05), 4),  # right at the threshold: four rounds, whatever they say
        (lambda spec: (1.0, 1.3)[spec.round % 2], 4),
    ],
)
def test_a_run_ends_at_the_look_that_makes_its_verdict_firm(result_of, ratio, rounds):
    specs, results = drive(PLAN, result_of, ratio)
    assert specs == PLAN.trials()[: 2 * rounds]
    assert Firm(PLAN).remaining(results) == []
    (verdict,) = Firm(PLAN).verdicts(results)
    assert (verdict.n, verdict.firm) == (rounds, rounds < MOST_LOOKS)


def test_each_cell_ends_for_itself(result_of):
    specs, _results = drive(GRID, result_of, lambda spec: 0.5 if spec.trigger_s == 0.5 else 1.05)
    assert rounds_of(specs, trigger_s=0.5) == [1, 2]
    assert rounds_of(specs, trigger_s=1.0) == [1, 2, 3, 4]
    assert specs == [spec for spec in GRID.trials() if spec.trigger_s == 1.0 or spec.round <= LEAST]


def test_each_contender_ends_for_itself_and_the_baseline_goes_on_with_the_last(result_of):
    plan = plan_of(*THREE)
    ratios = {"structured": 0.5, "null": 1.05}
    specs, results = drive(plan, result_of, lambda spec: ratios[spec.arm.text])
    assert rounds_of(specs, "structured") == [1, 2]
    assert rounds_of(specs, "dstream") == rounds_of(specs, "null") == [1, 2, 3, 4]
    assert [verdict.n for verdict in Firm(plan).verdicts(results)] == [2, 4]


def test_more_cells_are_harder_to_be_sure_of(result_of):
    """All intervals of a run hold together, so those of a larger one are wider."""
    many = plan_of(triggers=",".join(f"{n}s" for n in range(1, 9)))
    assert rounds_of(drive(PLAN, result_of, always(1.25))[0]) == [1, 2]
    assert rounds_of(drive(many, result_of, always(1.25))[0]) == [1, 2, 3]


@pytest.mark.parametrize("rounds", [1, 2, 3, 6])
@pytest.mark.parametrize("ratio", [0.5, 1.0, 1.05])
def test_a_number_of_rounds_is_run_whatever_they_say(result_of, rounds, ratio):
    plan = plan_of(triggers="500ms,1s", rounds=str(rounds))
    assert drive(plan, result_of, always(ratio))[0] == plan.trials()


@pytest.mark.parametrize("options", [{}, {"rounds": "4"}])
def test_an_arm_alone_has_a_number_of_rounds(result_of, options):
    plan = plan_of("structured", **options)
    specs, results = drive(plan, result_of, always(1.0))
    assert specs == plan.trials()
    assert Firm(plan).verdicts(results) == []
    assert Firm(plan).told(results) == []


# What is replaced


@pytest.mark.parametrize("arm", BOTH)
@pytest.mark.parametrize("status", ["invalid", "failed"])
@pytest.mark.parametrize("number", [1, 2])
@pytest.mark.parametrize("plan", [GRID, plan_of(triggers="500ms,1s", rounds="2")])
def test_a_round_that_says_nothing_is_replaced_for_all_arms_of_its_cell_and_only_there(
    result_of, plan, number, status, arm
):
    specs, results = drive(plan, result_of, always(0.5), at_round(number, status, arm))
    assert rounds_of(specs, trigger_s=0.5) == [1, 2]
    for side in BOTH:
        assert rounds_of(specs, side, trigger_s=1.0) == [1, 2, 3]
    assert Counter(spec.attempt for spec in specs) == {1: 10}, "a new round, no second attempt"
    assert [verdict.n for verdict in Firm(plan).verdicts(results)] == [2, 2]


@pytest.mark.parametrize("plan", [PLAN, plan_of(rounds="2")])
def test_a_second_crash_of_an_arm_is_its_answer(result_of, plan):
    def crashed(spec):
        return "failed" if spec.arm.text == "structured" and spec.round <= 2 else "ok"

    specs, results = drive(plan, result_of, always(0.5), crashed)
    (verdict,) = Firm(plan).verdicts(results)
    assert verdict.word == "unranked"
    # With looks nothing more is asked; a number of rounds is a number of rounds.
    assert rounds_of(specs) == ([1, 2] if plan.settings.firm else [1, 2, 3])


def test_each_arm_may_crash_once(result_of):
    def crashed(spec):
        return "failed" if (spec.round, spec.arm.text) in {(1, "dstream"), (2, BOTH[1])} else "ok"

    specs, results = drive(PLAN, result_of, always(0.5), crashed)
    assert rounds_of(specs) == [1, 2, 3, 4]
    assert Firm(PLAN).verdicts(results)[0].word == "faster"


@pytest.mark.parametrize("spoiled", range(MOST_REPLACED + 3))
@pytest.mark.parametrize("plan", [PLAN, plan_of(rounds="4")])
def test_no_more_rounds_are_replaced_than_that(result_of, plan, spoiled):
    specs, results = drive(
        plan, result_of, always(1.05), lambda spec: "invalid" if spec.round <= spoiled else "ok"
    )
    replaced = min(spoiled, MOST_REPLACED)
    assert (
        specs
        == replace(plan, settings=replace(plan.settings, rounds=MOST_LOOKS + replaced)).trials()
    )
    (verdict,) = Firm(plan).verdicts(results)
    assert verdict.n == MOST_LOOKS + replaced - spoiled


@pytest.mark.parametrize("status", ["ok", "saturated", "unsettled"])
def test_nothing_is_run_again_for_its_figures(result_of, status):
    specs, _results = drive(PLAN, result_of, noisy(0.3), at_round(2, status))
    numbers = Counter(spec.number for spec in specs)
    assert set(numbers.values()) == {1}
    assert rounds_of(specs) == ([1, 2, 3, 4] if status == "ok" else [1, 2])


# Arms without a verdict


@pytest.mark.parametrize("arm", BOTH)
def test_an_arm_that_is_unsupported_in_a_cell_ends_the_cell(result_of, arm):
    def status(spec):
        return "unsupported" if spec.arm.text == arm and spec.trigger_s == 0.5 else "ok"

    specs, _results = drive(GRID, result_of, always(0.5), status)
    assert rounds_of(specs, trigger_s=0.5) == [1]
    assert rounds_of(specs, trigger_s=1.0) == [1, 2]


def test_with_a_number_of_rounds_the_other_arm_goes_on_alone(result_of):
    plan = plan_of(rounds="3")
    for arm, other in (BOTH, BOTH[::-1]):
        specs, _results = drive(plan, result_of, always(0.5), at_round(1, "unsupported", arm))
        assert rounds_of(specs, arm) == [1]
        assert rounds_of(specs, other) == [1, 2, 3]


def test_a_contender_that_is_unsupported_leaves_the_others_alone(result_of):
    plan = plan_of(*THREE)

    def status(spec):
        return "unsupported" if spec.arm.text == "null" else "ok"

    specs, _results = drive(plan, result_of, always(1.15), status)
    assert rounds_of(specs, "null") == [1]
    assert rounds_of(specs, "dstream") == rounds_of(specs, "structured") == [1, 2, 3]


@pytest.mark.parametrize("arm", BOTH)
def test_a_saturated_arm_is_beyond_ranking_and_not_asked_twice(result_of, arm):
    specs, results = drive(PLAN, result_of, always(0.5), at_round(1, "saturated", arm))
    assert specs == PLAN.trials()[:2]
    (verdict,) = Firm(PLAN).verdicts(results)
    assert verdict.word == "unranked"
    assert f"{arm}" in verdict.reasons[0] or "saturated in 1 of 1" in verdict.reasons[0]


def test_a_saturated_contender_leaves_the_others_alone(result_of):
    plan = plan_of(*THREE)
    specs, _results = drive(plan, result_of, always(1.15), at_round(1, "saturated", "null"))
    assert rounds_of(specs, "null") == [1]
    assert rounds_of(specs, "structured") == [1, 2, 3]


def test_with_a_number_of_rounds_a_saturated_arm_has_them_all(result_of):
    plan = plan_of(rounds="3")
    specs, _results = drive(plan, result_of, always(0.5), lambda spec: "saturated")
    assert specs == plan.trials()


# Results in any order, from any process


def fates(data, plan, most):
    """A status for some of the trials, and a ratio for each round and contender."""
    numbers = st.integers(1, plan.trials_per_round * most)
    table = data.draw(st.dictionaries(numbers, st.sampled_from(STATUSES)))
    ratios = st.sampled_from([0.5, 0.98, 1.0, 1.05, 1.15, 1.3])
    means = {arm.text: data.draw(ratios) for arm in plan.arms}
    spread = data.draw(st.sampled_from([0.0, 0.01, 0.1]))
    noise = noisy(spread)
    return (lambda spec: means[spec.arm.text] * noise(spec)), lambda spec: table.get(
        spec.number, "ok"
    )


PLANS = [
    PLAN,
    GRID,
    plan_of(*THREE),
    plan_of(triggers="500ms,1s", rounds="3"),
    plan_of(*THREE, rounds="2"),
]


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(40),
)
@given(st.data())
def test_a_run_cut_at_any_point_goes_on_as_if_nothing_had_happened(result_of, data):
    plan = data.draw(st.sampled_from(PLANS))
    specs, results = drive(plan, result_of, *fates(data, plan, 8))
    cut = data.draw(st.integers(0, len(results)))
    stored = list(data.draw(st.permutations(results[:cut])))
    for spec, result in zip(specs[cut:], results[cut:], strict=True):
        assert strategy_of(plan).next(stored) == spec
        stored.append(result)
    assert strategy_of(plan).next(stored) is None
    assert strategy_of(plan).remaining(stored) == []
    numbers = Counter((spec.number, spec.attempt) for spec in specs)
    assert set(numbers.values()) == {1}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(40),
)
@given(st.data())
def test_what_remains_begins_with_what_is_next_and_is_what_a_calm_end_takes(result_of, data):
    plan = data.draw(st.sampled_from(PLANS))
    strategy = strategy_of(plan)
    specs, results = drive(plan, result_of, *fates(data, plan, 8))
    for cut in range(len(results) + 1):
        left = strategy.remaining(results[:cut])
        assert left[:1] == ([specs[cut]] if cut < len(specs) else [])
        assert len({spec.number for spec in left}) == len(left)
        assert not {spec.number for spec in left} & {spec.number for spec in specs[:cut]}
        assert max((spec.round for spec in left), default=0) <= (
            plan.settings.rounds + MOST_REPLACED
        )


def test_at_first_all_rounds_remain_and_they_count_down(result_of):
    strategy = Firm(PLAN)
    assert strategy.remaining([]) == PLAN.trials()
    specs, results = drive(PLAN, result_of, always(1.05))
    left = [len(strategy.remaining(results[:n])) for n in range(len(specs) + 1)]
    assert left == list(range(2 * MOST_LOOKS, -1, -1))
    _specs, results = drive(PLAN, result_of, always(0.5))
    assert len(strategy.remaining(results[:3])) == 2 * MOST_LOOKS - 3
    assert strategy.remaining(results) == []


def test_a_disturbed_round_remains_to_be_replaced(result_of):
    strategy = Firm(PLAN)
    _specs, results = drive(PLAN, result_of, always(1.05), at_round(1, "invalid"))
    assert rounds_of(strategy.remaining(results[:2])) == [2, 3, 4, 5]


# What it tells


def test_each_look_is_told(result_of):
    strategy = Firm(PLAN)
    assert isinstance(strategy, Telling)
    _specs, results = drive(PLAN, result_of, always(1.15))
    assert [len(strategy.told(results[:n])) for n in range(7)] == [0, 0, 1, 1, 2, 2, 3]
    first, second, third = strategy.told(results)
    assert first == (
        "round 1: p99 of structured is about 1.15 of dstream's; an interval needs 2 rounds"
    )
    assert second.startswith("round 2: p99 of structured is 1.15 of dstream's, 1.0")
    assert second.endswith("not firm, about 1 more round to tell")
    assert third.startswith("round 3: p99 of structured is 1.15 of dstream's, 1.1")
    assert third.endswith(": slower, and firm")


def test_of_several_cells_each_sentence_names_its_own(result_of):
    _specs, results = drive(GRID, result_of, always(0.5))
    told = Firm(GRID).told(results)
    assert len(told) == 4
    assert Counter(line.partition(": round")[0] for line in told) == {
        "trigger 500ms, cores 2, rate 1000": 2,
        "trigger 1s, cores 2, rate 1000": 2,
    }


def test_a_disturbed_round_tells_nothing(result_of):
    _specs, results = drive(PLAN, result_of, always(0.5), at_round(1, "invalid"))
    told = Firm(PLAN).told(results)
    assert [line.partition(":")[0] for line in told] == ["round 1", "round 2"]
    _specs, of_two = drive(GRID, result_of, always(1.0), at_round(1, "invalid", trigger_s=0.5))
    assert len(Firm(GRID).told(of_two)) == 2 * 3, "the other cell's last look is told once"
    assert len(Firm(PLAN).told(results[:2])) == 0


def test_each_contender_is_told_of_as_long_as_it_runs(result_of):
    plan = plan_of(*THREE)
    ratios = {"structured": 0.5, "null": 1.05}
    _specs, results = drive(plan, result_of, lambda spec: ratios[spec.arm.text])
    told = Firm(plan).told(results)
    assert sum("p99 of structured" in line for line in told) == 2
    assert sum("p99 of null" in line for line in told) == MOST_LOOKS


@pytest.mark.parametrize(
    ("arms", "options"),
    [(BOTH, {"seed": "1"}), (THREE, {"seed": "2"}), (THREE, {"fork": "engine"})],
)
def test_cells_are_told_of_in_the_order_in_which_they_run(result_of, arms, options):
    plan = plan_of(*arms, triggers="500ms,1s", **options)
    ratios = {("null", 0.5): 0.5, ("structured", 1.0): 0.5} if len(arms) > 2 else {}
    _specs, results = drive(
        plan, result_of, lambda spec: ratios.get((spec.arm.text, spec.trigger_s), 1.05)
    )
    said: list[str] = []
    for cut in range(len(results) + 1):
        told = Firm(plan).told(results[:cut])
        assert told[: len(said)] == said
        said = told
    early = len(ratios)
    assert len(said) == early * LEAST + (2 * (len(arms) - 1) - early) * MOST_LOOKS


def test_a_number_of_rounds_has_no_looks_to_tell_of(result_of):
    plan = plan_of(rounds="3")
    assert Firm(plan).told(drive(plan, result_of, always(0.5))[1]) == []


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(40),
)
@given(st.data())
def test_more_results_only_add_sentences(result_of, data):
    plan = data.draw(st.sampled_from(PLANS))
    _specs, results = drive(plan, result_of, *fates(data, plan, 8))
    said: list[str] = []
    for cut in range(len(results) + 1):
        told = Firm(plan).told(results[:cut])
        assert told[: len(said)] == said
        said = told
    assert Firm(plan).told(results[::-1]) == said
    assert len(said) <= MOST_LOOKS * len(plan.cells) * (len(plan.arms) - 1)


# Whose strategy it is


def test_plans_by_launches_without_a_width_or_a_search_have_it():
    assert isinstance(strategy_of(PLAN), Firm)
    assert isinstance(strategy_of(plan_of(rounds="3")), Firm)
    assert isinstance(strategy_of(plan_of(until="5%")), Until)
    before = replace(PLAN, settings=replace(PLAN.settings, rule=LOG_RATIOS, firm=False))
    assert isinstance(strategy_of(before), Rounds)
    soak = replace(PLAN, settings=replace(PLAN.settings, soak=True))
    assert isinstance(strategy_of(soak), Rounds)
