"""The choice of CPUs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.process.affinity import choose, parse_cpu_list, plan_cpus, siblings

CPUS = st.lists(st.integers(0, 255), min_size=1, max_size=16, unique=True).map(sorted)


@given(CPUS, st.integers(1, 32))
def test_trial_gets_what_it_asked_for_and_the_generator_another(available, cores):
    plan = choose(cores, available)
    assert plan.trial is not None
    assert set(plan.trial) <= set(available)
    assert len(plan.trial) == min(cores, len(available))
    if cores < len(available):
        assert plan.generator is not None
        assert len(plan.generator) == 1
        assert not set(plan.generator) & set(plan.trial)
        assert set(plan.generator) <= set(available)
    else:
        assert plan.generator is None
        assert plan.note


def test_generator_avoids_the_other_thread_of_a_busy_core():
    shared = {
        0: frozenset({0, 3}),
        1: frozenset({1, 2}),
        2: frozenset({1, 2}),
        3: frozenset({0, 3}),
    }
    assert choose(1, [0, 1, 2, 3], shared).generator == (2,)
    crowded = choose(2, [0, 1, 2, 3], shared)
    assert crowded.generator == (3,)
    assert crowded.note == "the generator shares a core with the trial"


def test_where_the_platform_cannot_pin_nothing_is_pinned():
    plan = choose(2, None)
    assert plan.trial is None
    assert plan.generator is None
    assert "cannot pin" in (plan.note or "")


@given(st.sets(st.integers(0, 300), min_size=1))
def test_cpu_list_of_single_numbers(cpus):
    assert parse_cpu_list(",".join(map(str, cpus)) + "\n") == cpus


def test_cpu_list_ranges_and_rubbish():
    assert parse_cpu_list("0-2,5\n") == {0, 1, 2, 5}
    with pytest.raises(ValueError, match="invalid literal"):
        parse_cpu_list("all")


def test_siblings_come_from_sysfs_and_a_cpu_without_stands_alone(tmp_path):
    folder = tmp_path / "cpu0" / "topology"
    folder.mkdir(parents=True)
    (folder / "thread_siblings_list").write_text("0,4\n")
    assert siblings([0, 1], tmp_path) == {0: {0, 4}, 1: {1}}


def test_this_machine_gives_a_plan():
    plan = plan_cpus(1)
    assert plan.trial is None or len(plan.trial) == 1
