"""Fixed rounds: complete, resumable at any point, one retry, unsupported cells left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.experiments.compare.rounds import RUN_AGAIN, Rounds, latest_attempts
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan

PLAN = build_plan(
    ["dstream", "structured"],
    around=Surroundings(2),
    axes={"trigger": ["500ms,1s"]},
    rounds="3",
)
STATUSES = ("ok", "unsettled", "saturated", "invalid", "failed", "unsupported")


def drive(strategy, result_of, status_of, limit=200):
    """Specs and results of a whole run in which each trial ends as ``status_of(spec)`` says."""
    specs, results = [], []
    while (spec := strategy.next(results)) is not None:
        specs.append(spec)
        results.append(result_of(spec, status_of(spec)))
        assert len(specs) <= limit
    return specs, results


def test_when_all_goes_well_every_trial_runs_once_in_order(result_of):
    specs, _results = drive(Rounds(PLAN), result_of, lambda spec: "ok")
    assert specs == PLAN.trials()


@pytest.mark.parametrize("status", sorted(RUN_AGAIN))
def test_a_trial_that_came_to_nothing_runs_once_more_at_the_end_of_its_round(result_of, status):
    specs, results = drive(
        Rounds(PLAN), result_of, lambda spec: status if spec.number == 2 else "ok"
    )
    assert [(spec.number, spec.attempt, spec.slot) for spec in specs[:6]] == [
        (1, 1, 0),
        (2, 1, 1),
        (3, 1, 2),
        (4, 1, 3),
        (2, 2, 4),
        (5, 1, 0),
    ]
    assert specs[4].seed == specs[1].seed
    assert latest_attempts(results)[2].trial.attempt == 2
    assert len(specs) == len(PLAN.trials()) + 1


@pytest.mark.parametrize("status", sorted(RUN_AGAIN))
def test_hours_of_a_soak_are_not_spent_twice(result_of, status):
    soak = replace(PLAN, settings=replace(PLAN.settings, soak=True))
    specs, _results = drive(Rounds(soak), result_of, lambda spec: status)
    assert specs == soak.trials()


@pytest.mark.parametrize("status", ["ok", "saturated"])
def test_no_other_status_is_run_again(result_of, status):
    specs, _results = drive(Rounds(PLAN), result_of, lambda spec: status)
    assert specs == PLAN.trials()


def test_an_arm_unsupported_at_a_cell_is_not_run_there_again(result_of):
    def status(spec):
        hopeless = spec.arm.text == "dstream" and spec.trigger_s == 0.5
        return "unsupported" if hopeless else "ok"

    specs, _results = drive(Rounds(PLAN), result_of, status)
    runs = Counter((spec.arm.text, spec.trigger_s) for spec in specs)
    assert runs == {
        ("dstream", 0.5): 1,
        ("dstream", 1.0): 3,
        ("structured", 0.5): 3,
        ("structured", 1.0): 3,
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_run_cut_at_any_point_goes_on_as_if_nothing_had_happened(result_of, data):
    table = data.draw(
        st.dictionaries(st.tuples(st.integers(1, 12), st.integers(1, 2)), st.sampled_from(STATUSES))
    )

    def status(spec):
        return table.get((spec.number, spec.attempt), "ok")

    specs, results = drive(Rounds(PLAN), result_of, status)
    cut = data.draw(st.integers(0, len(results)))
    stored = data.draw(st.permutations(results[:cut]))
    resumed = list(stored)
    for spec in specs[cut:]:
        assert Rounds(PLAN).next(resumed) == spec
        resumed.append(result_of(spec, status(spec)))
    assert Rounds(PLAN).next(resumed) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(1, 12)))
def test_only_the_last_attempt_need_be_known(result_of, failing):
    """A store gives the last attempt of each trial alone."""

    def status(spec):
        return "failed" if spec.number in failing and spec.attempt == 1 else "ok"

    specs, results = drive(Rounds(PLAN), result_of, status)
    assert len(specs) == 12 + len(failing)
    for cut in range(len(specs)):
        latest = list(latest_attempts(results[:cut]).values())
        assert Rounds(PLAN).next(latest) == specs[cut]


def test_what_remains_counts_down_to_nothing(result_of):
    strategy = Rounds(PLAN)
    specs, results = drive(strategy, result_of, lambda spec: "ok")
    assert [len(strategy.remaining(results[:n])) for n in range(len(specs) + 1)] == list(
        range(12, -1, -1)
    )
