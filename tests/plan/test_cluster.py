"""Masters, executors and addresses of a plan."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract.masters import is_local, is_standalone, task_slots
from bench.errors import UsageError
from bench.plan.axes import Surroundings, read_master
from bench.plan.build import build_plan
from bench.plan.file import read_plan_file
from bench.plan.plan import Plan

AROUND = Surroundings(cores=2)
MASTERS = [
    *("local", "local[*]", "local[4]", "local[2,3]", "local-cluster[2,2,1024]", "yarn"),
    *("spark://host:7077", "spark://a:1,b:2", "k8s://https://host:443", "k8s://host"),
]


@pytest.mark.parametrize("master", MASTERS)
def test_every_master_of_spark_is_taken(master):
    assert read_master(f" {master} ") == master
    cores = "2" if is_local(master) else "8"  # a cluster has more than this machine
    plan = build_plan(["structured"], around=AROUND, axes={"master": [master], "cores": [cores]})
    (spec,) = plan.round_trials(1)
    assert spec.master == master
    assert Plan.from_dict(plan.to_dict()) == plan


@pytest.mark.parametrize(
    "text", ["", "remote", "spark://", "local[", "local-cluster[2,2]", "yarn2"]
)
def test_what_is_no_master_is_refused(text):
    with pytest.raises(UsageError, match="no Spark master"):
        read_master(text)


def test_a_plan_without_a_cluster_is_the_plan_it_was():
    plain = build_plan(["structured"], around=AROUND, axes={"cores": ["2"]})
    named = build_plan(
        ["structured"],
        around=AROUND,
        axes={"cores": ["2"], "master": ["local[*]"], "executors": ["auto"]},
    )
    assert plain.plan_hash == named.plan_hash
    assert not {"master", "executors"} & set(plain.to_dict()["axes"])
    assert not {"listen", "advertise"} & set(plain.to_dict()["settings"])


def test_masters_and_executors_are_axes():
    plan = build_plan(
        ["structured"],
        around=AROUND,
        axes={
            "master": ["spark://a:1", "local-cluster[2,2,1024]"],
            "executors": ["1,2,auto"],
            "cores": ["4"],
        },
        listen="0.0.0.0",
        advertise="driver.example",
    )
    specs = plan.round_trials(1)
    assert len(specs) == 6
    assert {spec.executors for spec in specs} == {1, 2, None}
    assert {(spec.listen, spec.advertise) for spec in specs} == {("0.0.0.0", "driver.example")}
    assert all({"master", "executors"} <= spec.cell.keys() for spec in specs)


@pytest.mark.parametrize(
    ("axes", "settings", "what"),
    [
        ({"executors": ["2"]}, {}, "leave --executors out"),
        ({"executors": ["3"], "master": ["yarn"], "cores": ["4"]}, {}, "do not divide evenly"),
        ({"executors": ["0"], "master": ["yarn"]}, {}, "executors"),
        ({"cores": ["64"]}, {}, "more than the 2"),
        ({}, {"listen": "a b"}, "--listen"),
        ({}, {"advertise": ""}, "--advertise"),
        (
            {"master": ["yarn"]},
            {"conf": ["spark.authenticate.secret=abcdefgh"]},
            "SPARK_CONF_DIR",
        ),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(axes, settings, what):
    with pytest.raises(UsageError, match=what) as said:
        build_plan(["structured"], around=AROUND, axes=axes, **settings)
    assert "abcdefgh" not in str(said.value)


@given(st.integers(1, 64), st.integers(1, 64))
def test_slots_of_a_master(n, cores):
    assert task_slots(f"local[{n}]", {}) == n
    assert task_slots("spark://a:1", {"spark.cores.max": str(n)}) == n
    conf = {"spark.executor.instances": str(n), "spark.executor.cores": str(cores)}
    assert task_slots("yarn", conf) == n * cores
    assert task_slots("yarn", {}) is None
    assert is_standalone(f"local-cluster[{n},{cores},1024]")


def test_a_spec_is_rebuilt_from_its_dictionary():
    plan = build_plan(["structured"], around=AROUND, axes={"master": ["yarn"], "cores": ["8"]})
    (spec,) = plan.round_trials(1)
    assert type(spec).from_dict(spec.to_dict()) == spec
    assert dataclasses.replace(spec, executors=2) != spec


def test_cores_of_a_cluster_may_be_more_than_this_machine_has_however_it_is_written():
    pinned = "structured:cores=64,master=spark://h:7077"
    (arm,) = build_plan([pinned], around=AROUND).round_trials(1)
    assert (arm.cores, arm.master) == (64, "spark://h:7077")
    text = '[compare]\narms = "structured"\nmaster = "yarn"\ncores = 64\n'
    plan = read_plan_file(text, "plan.toml", AROUND).plan(AROUND)
    assert plan.axes["cores"] == (64,)
    with pytest.raises(UsageError, match="more than the 2"):
        build_plan(["structured:cores=64,master=local[*]"], around=AROUND)
