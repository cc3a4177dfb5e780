"""The capacity search against engines with cliffs, noise, hysteresis and bad luck."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.experiments.capacity.rates import capacity_plan
from bench.experiments.capacity.search import Capacity
from bench.experiments.registry import strategy_of
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.capacity import CapacitySearch
from bench.plan.fork import may_share
from bench.plan.kind import kind_of
from bench.plan.plan import Plan
from tests.experiments.capacity_world import drive, make_plan, make_result, with_capacity
from tests.long import examples

WORDS = ("holds", "slow", "saturated", "late", "between", "lost", "generator", "invalid", "failed")


def search(strategy, results):
    (found,) = strategy.searches(results)
    return found


def rates(found):
    """Held and missed rate of a search that has ended."""
    return found.rate_per_s(found.end.held), found.rate_per_s(found.end.missed)


def fresh(found):
    return [(step.rung, step.outcome.word) for step in found.steps if step.purpose == "fresh"]


# --- an engine with a limit -----------------------------------------------------------------------


@given(
    capacity=st.floats(1000, 5e6),
    precision=st.sampled_from([1.05, 1.15, 1.5, 2.0]),
    word=st.sampled_from(["saturated", "late", "slow", "lost", "between", "failed"]),
)
def test_a_limit_is_bracketed_by_neighbours_that_fresh_trials_tried(capacity, precision, word):
    strategy = Capacity(make_plan(precision=precision))
    specs, results = drive(strategy, with_capacity(capacity, word=word))
    found = search(strategy, results)
    held, missed = rates(found)
    assert found.end.kind == "closed"
    assert held <= capacity < missed
    assert missed / held <= precision * 1.02
    tried = {spec.rate_per_s for spec in specs if spec.purpose == "fresh"}
    assert {held, missed} <= tried
    # Some eight doublings and a few halvings; retries of failed trials besides.
    assert len(specs) <= 40


@given(fresh_most=st.floats(50, 5e6), ramp_most=st.floats(50, 5e6))
def test_what_the_ramp_held_counts_for_nothing_by_itself(fresh_most, ramp_most):
    strategy = Capacity(make_plan())
    _specs, results = drive(strategy, with_capacity(fresh_most, ramp_most))
    found = search(strategy, results)
    held, missed = rates(found)
    assert found.end.kind == "closed"
    assert held <= fresh_most < missed


@given(st.data())
def test_in_any_world_it_ends_and_reports_only_what_a_fresh_trial_held(data):
    strategy = Capacity(make_plan(high_per_s=2e5))
    word = st.sampled_from([*WORDS, "holds", "holds", "saturated"])

    def world(spec):
        return make_result(spec, data.draw(word), busy=data.draw(st.floats(0, 2)))

    _specs, results = drive(strategy, world)
    found = search(strategy, results)
    tried = fresh(found)
    if found.end.held is not None:
        assert (found.end.held, "holds") in tried
        bad = [rung for rung, said in tried if said != "holds"]
        assert all(rung > found.end.held for rung in bad)
    if found.end.kind == "closed":
        assert found.end.missed == found.end.held + 1
        assert found.end.missed in [rung for rung, said in tried if said != "holds"]
    # No rate is tried twice afresh: what holds only sometimes does not hold.
    assert len({rung for rung, _said in tried}) == len(tried)


@given(capacity=st.floats(2000, 1e6), noise=st.floats(0.01, 0.3), seed=st.integers(0, 10**6))
def test_noise_moves_the_result_by_about_as_much(capacity, noise, seed):
    strategy = Capacity(make_plan())
    rng = random.Random(seed)

    def world(spec):
        at = capacity * rng.uniform(1 - noise, 1 + noise)
        holds = spec.rate_per_s <= at
        return make_result(spec, "holds" if holds else "saturated", busy=spec.rate_per_s / at)

    _specs, results = drive(strategy, world)
    held, missed = rates(search(strategy, results))
    assert held <= capacity * (1 + noise)
    assert missed >= capacity * (1 - noise)


def test_a_ramp_that_stumbles_early_costs_trials_and_not_the_result():
    strategy = Capacity(make_plan())
    stumbled = []

    def world(spec):
        if spec.purpose == "ramp" and spec.rate_per_s > 3000 and not stumbled:
            stumbled.append(spec)
            return make_result(spec, "saturated", busy=2)
        return with_capacity(200_000)(spec)

    specs, results = drive(strategy, world)
    held, missed = rates(search(strategy, results))
    assert held <= 200_000 < missed
    assert sum(spec.purpose == "fresh" for spec in specs) <= 12


def test_what_may_be_a_disturbance_is_tried_once_more_in_the_ramp():
    strategy = Capacity(make_plan())
    first = []

    def world(spec):
        if spec.rate_per_s == 2010 and spec.purpose == "ramp" and not first:
            first.append(spec)
            return make_result(spec, "between")
        return with_capacity(100_000)(spec)

    specs, _results = drive(strategy, world)
    ramp = [spec for spec in specs if spec.purpose == "ramp"]
    assert [spec.rate_per_s for spec in ramp][:4] == [1000, 2010, 2010, 4050]
    assert ramp[1].seed != ramp[2].seed


def test_steps_are_small_where_batches_take_much_of_the_interval():
    strategy = Capacity(make_plan())
    specs, _results = drive(strategy, with_capacity(10_000))
    ramp = [spec.rate_per_s for spec in specs if spec.purpose == "ramp"]
    assert ramp == [1000, 2010, 4050, 5350, 7080, 9360, 12400]


# --- where it ends otherwise ----------------------------------------------------------------------


def test_the_ceiling_ends_it():
    strategy = Capacity(make_plan(high_per_s=30_000))
    specs, results = drive(strategy, with_capacity(1e9))
    found = search(strategy, results)
    assert found.end.kind == "ceiling"
    assert rates(found) == (30_000, None)
    assert max(spec.rate_per_s for spec in specs) == 30_000


def test_the_generator_ends_it_where_it_was_calibrated():
    strategy = Capacity(make_plan(generator_per_s=1e6))
    specs, results = drive(strategy, with_capacity(1e9))
    found = search(strategy, results)
    assert found.end.kind == "generator"
    assert rates(found) == (800_000, None)
    assert max(spec.rate_per_s for spec in specs) == 800_000


def test_a_generator_that_gives_out_ends_it_where_it_was_not():
    strategy = Capacity(make_plan())
    _specs, results = drive(strategy, with_capacity(100_000, word="generator"))
    found = search(strategy, results)
    assert found.end.kind == "generator"
    held, missed = rates(found)
    assert 100_000 / 1.2 < held <= 100_000
    assert missed is None
    assert found.stopped_by[0].outcome.word == "generator"


def test_it_goes_down_where_the_start_does_not_hold():
    strategy = Capacity(make_plan(low="100k"))
    _specs, results = drive(strategy, with_capacity(3000))
    held, missed = rates(search(strategy, results))
    assert held <= 3000 < missed


def test_nothing_holds():
    strategy = Capacity(make_plan(low="100k"))
    specs, results = drive(strategy, with_capacity(1))
    found = search(strategy, results)
    assert found.end.kind == "nothing"
    assert found.end.held is None
    assert len(specs) <= 8
    assert "no rate held" in strategy.told(results)[0]


@pytest.mark.parametrize(("word", "trials"), [("unsupported", 1), ("failed", 2)])
def test_an_arm_that_cannot_be_measured_is_left(word, trials):
    strategy = Capacity(make_plan("null", "structured"))
    _specs, results = drive(
        strategy,
        lambda spec: (
            make_result(spec, word) if spec.arm.engine == "null" else with_capacity(9000)(spec)
        ),
    )
    first, second = strategy.searches(results)
    assert first.end.kind == word
    assert len(first.steps) == trials
    assert second.end.kind == "closed"
    assert f"it is {word}" in strategy.told(results)[0]
    assert "holds" in strategy.told(results)[1]


@given(budget_s=st.floats(1, 600), trial_s=st.floats(5, 60), capacity=st.floats(2000, 1e6))
def test_a_budget_is_kept_but_for_the_first_rate_that_holds(budget_s, trial_s, capacity):
    strategy = Capacity(make_plan(budget_s=budget_s))

    def world(spec):
        return with_capacity(capacity)(spec).model_copy(update={"trial_s": trial_s})

    _specs, results = drive(strategy, world)
    found = search(strategy, results)
    spent = sum(result.trial_s for result in results)
    # The first ramp trial and the first fresh one always run; what is under way is not cut off.
    assert spent <= max(1.5 * budget_s, 0.5 * budget_s + trial_s) + 2 * trial_s
    if found.end.held is not None:
        assert rates(found)[0] <= capacity
    assert found.end.kind in ("closed", "budget")


# --- trials ---------------------------------------------------------------------------------------


def test_the_ramp_shares_a_jvm_and_fresh_trials_share_none():
    specs, _results = drive(Capacity(make_plan("structured")), with_capacity(50_000))
    ramp = [spec for spec in specs if spec.purpose == "ramp"]
    others = [spec for spec in specs if spec.purpose == "fresh"]
    assert all(may_share(one, two) for one, two in pairwise(ramp))
    assert not may_share(ramp[-1], others[0])
    assert [spec.number for spec in specs] == list(range(1, len(specs) + 1))


def test_a_jvm_warms_up_below_the_rate_to_come():
    specs, _results = drive(Capacity(make_plan("structured")), with_capacity(50_000))
    assert {spec.prelude_per_s for spec in specs if spec.purpose == "ramp"} == {1000}
    for spec in specs:
        assert spec.prelude_per_s <= spec.rate_per_s
        if spec.purpose == "fresh":
            assert spec.prelude_per_s == spec.rate_per_s / 4


def test_arms_meet_the_same_load_at_the_same_rate():
    specs, _results = drive(Capacity(make_plan("null", "structured")), with_capacity(50_000))
    seeds = {}
    for spec in specs:
        seeds.setdefault((spec.purpose, spec.rate_per_s), set()).add(spec.seed)
    assert all(len(found) == 1 for found in seeds.values())
    assert len({tuple(found) for found in seeds.values()}) == len(seeds)


@pytest.mark.parametrize("word", ["failed", "invalid"])
def test_a_fresh_trial_that_went_wrong_runs_once_more(word):
    strategy = Capacity(make_plan())

    def world(spec):
        if spec.purpose == "fresh" and spec.attempt == 1:
            return make_result(spec, word)
        return with_capacity(20_000)(spec)

    specs, results = drive(strategy, world)
    retried = [spec for spec in specs if spec.attempt == 2]
    assert retried
    held, missed = rates(search(strategy, results))
    assert held <= 20_000 < missed
    # Of each trial only the last attempt is read back from disk.
    assert (
        strategy.next(
            [
                result
                for result in results
                if result.trial.attempt == 2 or result.trial.purpose == "ramp"
            ]
        )
        is None
    )


# --- plans and resuming ---------------------------------------------------------------------------


@settings(max_examples=examples(30))
@given(st.data())
def test_resuming_is_replaying_whatever_was_stored_in_whatever_order(data):
    plan = make_plan("null", "structured", high_per_s=1e6)
    world = with_capacity(data.draw(st.floats(500, 2e6)))
    specs, results = drive(Capacity(plan), world)
    kept = data.draw(st.integers(0, len(results)))
    stored = data.draw(st.permutations(results[:kept]))
    strategy = Capacity(Plan.from_dict(plan.to_dict()))
    more, finished = [], list(stored)
    while (spec := strategy.next(finished)) is not None:
        more.append(spec)
        finished.append(world(spec))
    assert more == specs[kept:]


def test_a_trial_whose_file_was_lost_runs_again_and_the_rest_is_kept():
    strategy = Capacity(make_plan())
    world = with_capacity(60_000)
    specs, results = drive(strategy, world)
    left = [result for result in results if result.trial.number != 3]
    assert strategy.next(left) == specs[2]
    assert strategy.next([*left, results[2]]) is None


def test_results_of_another_course_are_passed_over_and_done_again_under_their_number():
    strategy = Capacity(make_plan())
    _specs, results = drive(strategy, with_capacity(60_000))
    # The second trial now says something else: what followed it was another story.
    left = [r for r in results if r.trial.number != 2]
    second = next(spec for spec in _specs if spec.number == 2)
    told = [*left, make_result(second, "saturated", busy=2)]
    asked = strategy.next(told)
    assert (asked.number, asked.attempt, asked.purpose) == (3, 2, "fresh")
    specs, results = [], list(told)
    while (spec := strategy.next(results)) is not None:
        specs.append(spec)
        results.append(with_capacity(60_000)(spec))
    held, missed = rates(search(strategy, results))
    assert held <= 60_000 < missed


def test_the_expected_rest_begins_with_what_is_next_and_gets_shorter():
    strategy = Capacity(make_plan("null", "structured"))
    expected = strategy.remaining([])
    assert {spec.arm.text for spec in expected} == {"null", "structured"}
    assert 10 <= len(expected) <= 40
    results = []
    while (spec := strategy.next(results)) is not None:
        left = strategy.remaining(results)
        assert left[0] == spec
        results.append(with_capacity(30_000)(spec))
    assert strategy.remaining(results) == []


def test_a_capacity_plan_is_a_plan_like_any_other():
    plan = make_plan("null", p99_s=2.5, generator_per_s=4e6)
    back = Plan.from_dict(plan.to_dict())
    assert back.settings == plan.settings
    assert back.plan_hash == plan.plan_hash
    assert isinstance(strategy_of(back), Capacity)
    assert kind_of(plan.to_dict()) == "capacity"


def test_other_plans_have_no_trace_of_it():
    plain = build_plan(["null"], around=Surroundings(2))
    assert "capacity" not in plain.to_dict()["settings"]
    assert kind_of(plain.to_dict()) == "compare"


def test_what_cannot_be_searched_is_one_sentence():
    around = Surroundings(2)
    pinned = build_plan(["null:rate=1000"], around=around)
    with pytest.raises(UsageError, match="the rate is what is searched"):
        capacity_plan(pinned, CapacitySearch())
    shaped = build_plan(
        ["null"], around=around, axes={"arrivals": ["sine:amplitude=0.5,period=9s"]}
    )
    with pytest.raises(UsageError, match="no one rate"):
        capacity_plan(shaped, CapacitySearch())


def test_only_trials_of_the_plan_belong_to_it():
    strategy = Capacity(make_plan("null"))
    _specs, results = drive(strategy, with_capacity(9000))
    assert all(map(strategy.belongs, results))
    for change in ({"arm": "structured"}, {"rate_per_s": 1234.5}, {"purpose": ""}):
        trial = results[0].trial.model_copy(update=change)
        assert not strategy.belongs(results[0].model_copy(update={"trial": trial}))
    assert not Capacity(replace_trigger(make_plan("null"))).belongs(results[0])


def replace_trigger(plan):
    return replace(plan, axes={**plan.axes, "trigger_s": (5.0,)})
