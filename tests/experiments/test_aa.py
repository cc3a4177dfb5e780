"""An arm against itself: the same design, nothing else."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.errors import UsageError
from bench.experiments.aa.design import against_itself, least_rounds
from bench.experiments.compare.rounds import Rounds
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.kind import arm_of
from bench.plan.plan import Plan
from bench.stats.interval import minimum_rounds


def plan(*arms, inject_s=None, **options):
    options = {"rounds": "4", "axes": {"trigger": ["500ms,1s"]}} | options
    built = build_plan(arms or ("structured",), around=Surroundings(2), **options)
    return built if inject_s is None else against_itself(built, inject_s)


def test_both_sides_run_the_same_trials_under_two_names():
    made = plan(inject_s=0.0)
    assert [arm.text for arm in made.arms] == ["structured", "structured#2"]
    sides = {
        arm.text: [(s.round, s.cell, s.seed, s.conf) for s in made.trials() if s.arm == arm]
        for arm in made.arms
    }
    assert sorted(sides["structured"], key=str) == sorted(sides["structured#2"], key=str)
    assert {spec.inject_s for spec in made.trials()} == {0.0}


def test_each_side_goes_first_in_half_of_the_rounds_of_each_cell():
    firsts = Counter()
    for spec in plan(inject_s=0.0).trials():
        if spec.slot % 2 == 0:
            firsts[spec.trigger_s, spec.arm.text] += 1
    assert set(firsts.values()) == {2}


def test_the_delay_is_one_sides_and_stands_in_its_name():
    made = plan(inject_s=0.02)
    assert made.arms[1].text == "structured#2+20ms"
    assert {(s.arm.text, s.inject_s) for s in made.trials()} == {
        ("structured", 0.0),
        ("structured#2+20ms", 0.02),
    }


def test_it_is_a_plan_like_any_other(result_of):
    made = plan(inject_s=0.02)
    back = Plan.from_dict(made.to_dict())
    assert back.trials() == made.trials()
    assert back.plan_hash == made.plan_hash
    results = []
    while (spec := Rounds(back).next(results)) is not None:
        results.append(result_of(spec))
    assert len(results) == 16


def test_without_a_delay_no_plan_has_a_trace_of_it():
    assert "inject_s" not in plan(inject_s=0.0).to_dict()["settings"]


def test_a_run_knows_whether_it_is_one():
    assert arm_of(plan(inject_s=0.0).to_dict()) == "structured"
    assert arm_of(plan(inject_s=0.02).to_dict()) == "structured"
    assert arm_of(plan("dstream", "structured").to_dict()) is None
    assert arm_of(plan("dstream").to_dict()) is None
    assert arm_of({}) is None


@pytest.mark.parametrize(
    ("made", "inject_s", "words"),
    [
        (plan("dstream", "structured"), 0.0, "one arm, not 2"),
        (plan(rounds="3"), 0.0, "3 rounds give no noise floor for 2 cells; give at least 4"),
        (plan(warmup="2s"), 2.0, "not shorter than the warm-up of 2s"),
        (plan(metric="net_p99"), 0.02, "give --metric e2e_p99"),
        (plan(metric="throughput"), 0.02, "give --metric e2e_p99"),
    ],
)
def test_what_cannot_be_is_one_sentence(made, inject_s, words):
    with pytest.raises(UsageError, match=words):
        against_itself(made, inject_s)


@given(st.integers(1, 64))
def test_the_least_rounds_are_even_and_enough(cells):
    least = least_rounds(cells)
    assert least % 2 == 0
    assert minimum_rounds(cells) <= least <= minimum_rounds(cells) + 1
