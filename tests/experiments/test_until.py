"""Rounds until precise: pilot, width, budget, and that the ratio itself is never looked at."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.experiments.compare.rounds import Rounds, latest_attempts
from bench.experiments.compare.until import UNTIL_MOST_ROUNDS, Forecasting, Until
from bench.experiments.registry import strategy_of
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.results.schema import Latency, Quantiles
from bench.stats.sequential import target_half_width, until_interval
from tests.long import examples

AROUND = Surroundings(2)
PLAN = build_plan(["dstream", "structured"], around=AROUND, until="5%")
PILOT = PLAN.settings.rounds
STATUSES = ("ok", "unsettled", "saturated", "invalid", "failed", "unsupported")


def measured(result, p99):
    spread = Quantiles(n=9, p50=p99, p90=p99, p95=p99, p99=p99, max=p99, mean=p99)
    return result.model_copy(update={"latency_s": Latency(gross=spread, net=spread)})


def drive(plan, result_of, ratio_of, status_of=lambda spec: "ok", trial_s=1.0):
    """A whole run in which the second arm is ``ratio_of(spec)`` times as late as the first."""
    strategy, results, specs = Until(plan), [], []
    while (spec := strategy.next(results)) is not None:
        result = result_of(spec, status_of(spec)).model_copy(update={"trial_s": trial_s})
        if result.status not in ("failed", "unsupported"):
            first = spec.arm.text == plan.arms[0].text
            result = measured(result, 1.0 if first else ratio_of(spec))
        specs.append(spec)
        results.append(result)
        assert len(specs) <= 10 * UNTIL_MOST_ROUNDS
    return specs, results


def rounds_of(specs):
    return max(spec.round for spec in specs)


def noisy(spread, mean=1.0):
    """A ratio that depends on cell and round alone."""
    return lambda spec: mean * math.exp(random.Random(spec.seed).gauss(0, spread))


def test_a_calm_run_ends_with_its_pilot(result_of):
    specs, results = drive(PLAN, result_of, noisy(0.005))
    assert rounds_of(specs) == PILOT
    assert specs == PLAN.trials()
    assert Until(PLAN).remaining(results) == []


def test_a_restless_run_goes_on_until_its_interval_is_narrow(result_of):
    specs, results = drive(PLAN, result_of, noisy(0.1))
    n = rounds_of(specs)
    assert PILOT < n < UNTIL_MOST_ROUNDS

    def width(rounds):
        sides = {True: {}, False: {}}
        for r in results:
            sides[r.trial.arm == "dstream"][r.trial.round] = r.latency_s.gross.p99
        logs = [math.log(sides[False][k] / sides[True][k]) for k in range(1, rounds + 1)]
        return until_interval(logs, PILOT).half_width

    assert width(n) <= target_half_width(0.05) < width(n - 1)


@pytest.mark.parametrize("mean", [0.2, 1.0, 7.0])
def test_the_ratio_itself_changes_nothing(result_of, mean):
    specs, _results = drive(PLAN, result_of, noisy(0.08, mean))
    assert len(specs) == len(drive(PLAN, result_of, noisy(0.08))[0])


def test_the_pilot_announces_how_many_rounds_there_will_be(result_of):
    strategy = Until(PLAN)
    assert isinstance(strategy, Forecasting)
    assert not isinstance(Rounds(PLAN), Forecasting)
    _specs, results = drive(PLAN, result_of, noisy(0.1))
    per_round = PLAN.trials_per_round
    assert strategy.forecast(results[: PILOT * per_round - 1]) is None
    first = strategy.forecast(results[: PILOT * per_round])
    assert (first.rounds, first.pilot, first.target) == (PILOT, PILOT, 0.05)
    assert first.expected_rounds > PILOT
    assert first.budget_rounds is None
    left = strategy.remaining(results[: PILOT * per_round])
    assert rounds_of(left) == first.expected_rounds
    last = strategy.forecast(results)
    assert last.rounds == last.expected_rounds == len(results) // per_round
    assert last.widest <= 0.05 * (1 + 1e-9)


def test_during_the_pilot_its_rounds_are_what_remains(result_of):
    _specs, results = drive(PLAN, result_of, noisy(0.1))
    assert Until(PLAN).remaining([]) == PLAN.trials()
    assert Until(PLAN).remaining(results[:5]) == PLAN.trials()[5:]


@pytest.mark.parametrize(("budget", "rounds"), [("1s", 1), ("9s", 4), ("41s", 20)])
def test_no_round_begins_that_the_budget_will_not_see_end(result_of, budget, rounds):
    plan = build_plan(["dstream", "structured"], around=AROUND, until="0.5%", budget=budget)
    specs, results = drive(plan, result_of, noisy(0.2))
    assert rounds_of(specs) == rounds
    assert sum(result.trial_s for result in results) <= max(2.0, plan.settings.budget_s or 0)
    if rounds > plan.settings.rounds:
        assert Until(plan).forecast(results).budget_rounds == rounds


def test_attempts_that_failed_have_spent_the_budget_too(result_of):
    plan = build_plan(["dstream", "structured"], around=AROUND, until="0.5%", budget="12s")

    def status(spec):
        return "failed" if spec.attempt == 1 and spec.slot == 0 else "ok"

    specs, _results = drive(plan, result_of, noisy(0.2), status)
    assert rounds_of(specs) == 4


def test_every_cell_has_to_be_narrow(result_of):
    axes = {"trigger": ["500ms,1s"]}
    plan = build_plan(["dstream", "structured"], around=AROUND, until="5%", axes=axes)

    def ratio(spec):
        return noisy(0.1 if spec.trigger_s == 1 else 0.001)(spec)

    assert rounds_of(drive(plan, result_of, ratio)[0]) > plan.settings.rounds


def test_a_cell_that_cannot_be_ranked_is_not_waited_for(result_of):
    axes = {"trigger": ["500ms,1s"]}
    plan = build_plan(["dstream", "structured"], around=AROUND, until="5%", axes=axes)

    def status(spec):
        return "saturated" if spec.trigger_s == 1 else "ok"

    specs, _results = drive(plan, result_of, noisy(0.001), status)
    assert rounds_of(specs) == plan.settings.rounds
    specs, _results = drive(plan, result_of, noisy(0.1), lambda spec: "unsupported")
    assert len(specs) == 4


def test_a_disturbed_round_is_made_up_for(result_of):
    specs, _results = drive(
        PLAN, result_of, noisy(0.001), lambda spec: "invalid" if spec.number == 3 else "ok"
    )
    assert rounds_of(specs) == PILOT + 1


def test_without_a_budget_there_is_an_end_too(result_of):
    plan = build_plan(["dstream", "structured"], around=AROUND, until="0.1%")
    assert rounds_of(drive(plan, result_of, noisy(0.5))[0]) == UNTIL_MOST_ROUNDS


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
    max_examples=examples(30),
)
@given(st.data())
def test_a_run_cut_at_any_point_goes_on_as_if_nothing_had_happened(result_of, data):
    table = data.draw(
        st.dictionaries(st.tuples(st.integers(1, 20), st.integers(1, 2)), st.sampled_from(STATUSES))
    )
    spread = data.draw(st.sampled_from([0.001, 0.03, 0.06]))
    plan = build_plan(["dstream", "structured"], around=AROUND, until="5%", budget="26s")

    def status(spec):
        return table.get((spec.number, spec.attempt), "ok")

    specs, results = drive(plan, result_of, noisy(spread), status)
    cut = data.draw(st.integers(0, len(results)))
    stored = list(data.draw(st.permutations(results[:cut])))
    for spec, result in zip(specs[cut:], results[cut:], strict=True):
        assert strategy_of(plan).next(stored) == spec
        assert strategy_of(plan).remaining(stored)
        stored.append(result)
    assert strategy_of(plan).next(stored) is None
    assert strategy_of(plan).remaining(stored) == []
    numbers = [(spec.number, spec.attempt) for spec in specs]
    assert len(numbers) == len(set(numbers))
    assert latest_attempts(results).keys() == {number for number, _attempt in numbers}


def test_a_plan_without_a_width_is_refused():
    with pytest.raises(ValueError, match="width"):
        Until(build_plan(around=AROUND))
