"""Which runs may be compared."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.stats.comparable import RunFacts, changes, obstacles, shared_axes

BASE = RunFacts(
    run_id="one",
    schema_version=1,
    cpu="A CPU",
    cpus=2,
    axes={"trigger_s": (0.5, 1.0), "cores": (2,), "job": ("echo",)},
    settings={"rounds": 5, "duration_s": 30.0, "seed": 1},
    code=frozenset({"abc"}),
    versions={"Spark": "4.2.0", "Java": "17"},
)
OTHER = replace(BASE, run_id="two")


def test_the_same_plan_on_the_same_machine_may():
    assert obstacles(BASE, OTHER) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"run_id": "one"}, "both are the same run"),
        ({"schema_version": 2}, "other schema (1 against 2)"),
        ({"cpu": "B CPU"}, "other machine (A CPU, 2 CPUs against B CPU, 2 CPUs)"),
        ({"cpus": 1}, "other machine (A CPU, 2 CPUs against A CPU, 1 CPU)"),
        ({"code": frozenset({"def"})}, "other version of the code"),
        ({"axes": {**BASE.axes, "job": ("count",)}}, "other job (echo against count)"),
        ({"axes": {**BASE.axes, "trigger_s": (1.0,)}}, "other plan (trigger_s 0.5, 1.0 against"),
        ({"axes": {**BASE.axes, "conf.a": ("1",)}}, "other plan (conf.a none against 1)"),
        ({"settings": {**BASE.settings, "duration_s": 12.0}}, "duration_s 30.0 against 12.0"),
    ],
)
def test_each_obstacle_is_named(change, words):
    (found,) = obstacles(BASE, replace(OTHER, **change))
    assert words in found


def test_another_spark_is_what_one_wants_to_compare():
    newer = replace(OTHER, versions={"Spark": "4.3.0", "Java": "17"})
    assert obstacles(BASE, newer) == ()
    assert changes(BASE, newer) == ("Spark 4.2.0 to 4.3.0",)


@pytest.mark.parametrize("name", ["rounds", "seed"])
def test_how_much_is_known_may_differ(name):
    assert obstacles(BASE, replace(OTHER, settings={**BASE.settings, name: 99})) == ()


def test_the_order_and_spelling_of_axis_values_do_not_matter():
    axes = {**BASE.axes, "trigger_s": (1, 0.5), "cores": (2.0,)}
    assert obstacles(BASE, replace(OTHER, axes=axes)) == ()


def test_ratios_may_come_from_two_machines():
    assert obstacles(BASE, replace(OTHER, cpu="B"), machines=False) == ()


def test_a_run_without_trials_has_no_code_to_compare():
    assert obstacles(BASE, replace(OTHER, code=frozenset())) == ()


def test_cells_are_told_apart_by_axes_with_several_values_in_either_run():
    other = replace(OTHER, axes={"trigger_s": (1.0,), "cores": (1, 2), "rate_per_s": (5.0,)})
    assert shared_axes(BASE, other) == ("trigger_s", "cores")


@given(st.sampled_from(["cpu", "cpus", "schema_version", "code"]), st.integers(2, 9))
def test_obstacles_are_the_same_both_ways(name, value):
    values = {"cpu": str(value), "code": frozenset({str(value)})}
    other = replace(OTHER, **{name: values.get(name, value)})
    assert len(obstacles(BASE, other)) == len(obstacles(other, BASE))


def test_a_file_to_replay_is_told_by_its_content_where_both_know_it():
    def run(facts, **settings):
        return replace(facts, settings={**BASE.settings, **settings})

    same = [run(BASE, replay="/a", replay_sha256="1"), run(OTHER, replay="/b", replay_sha256="1")]
    assert obstacles(*same) == ()
    other = run(OTHER, replay="/a", replay_sha256="2")
    assert obstacles(same[0], other) == ("other plan (replay_sha256 1 against 2)",)
    assert obstacles(same[0], run(OTHER, replay="/a")) == ()
    assert "replay /a against /b" in obstacles(same[0], run(OTHER, replay="/b"))[0]
