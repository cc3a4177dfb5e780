"""What is wrong with a cluster is said before the first trial, in one sentence."""

from __future__ import annotations

import socket

import pytest

from bench.cluster.addresses import Addresses
from bench.errors import EnvironmentProblem
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.process.ports import free_port
from bench.runner import clusters as probe
from bench.runner.execute import probe_clusters

PLACES = Addresses("10.0.0.1", "driver", "10.0.0.1")
LOST = {"host": "worker-1", "problem": "Connection refused"}
GOOD = {"host": "worker-2", "problem": None}


def problem(found, slots=2, receivers=True):
    return probe._problem("spark://m:7077", PLACES, slots, found, receivers, 45.0)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"problem": "Java gateway"}, ("no job runs there (Java gateway)", "--master")),
        (
            {"slots": 0, "executors": []},
            ("no executor reached the driver at driver", "--advertise"),
        ),
        ({"slots": 1, "executors": []}, ("it gave 1 of the 2 task slots", "--cores")),
        (
            {"slots": 2, "executors": [GOOD, LOST]},
            ("--advertise", "worker-1", "driver (Connection refused)", "--listen"),
        ),
    ],
)
def test_a_problem_says_what_and_what_to_do(found, words):
    said = problem(found)
    assert said is not None
    assert all(word in said for word in words)
    assert "\n" not in said


def test_structured_streaming_alone_needs_no_way_from_the_executors():
    assert problem({"slots": 2, "executors": [GOOD, LOST]}, receivers=False) is None
    assert problem({"slots": 2, "executors": [GOOD, GOOD]}) is None


def plan_on(master, *arms, **more):
    around = Surroundings(cores=2)
    return build_plan(arms, around=around, axes={"master": [master], "cores": ["2"]}, **more)


def test_local_masters_and_the_null_engine_are_not_probed():
    assert probe_clusters(plan_on("local[2]", "dstream")) == []
    assert probe_clusters(plan_on("spark://127.0.0.1:9", "null")) == []


def test_a_master_that_does_not_answer_is_told_at_once():
    master = f"spark://127.0.0.1:{free_port()}"
    with pytest.raises(EnvironmentProblem, match=r"No Spark master answers at .* cluster up"):
        probe.probe_masters(plan_on(master, "dstream").round_trials(1))


def test_an_address_of_another_machine_cannot_be_listened_on():
    with socket.create_server(("127.0.0.1", 0)) as server:
        master = f"spark://127.0.0.1:{server.getsockname()[1]}"
        with pytest.raises(EnvironmentProblem, match=r"--listen: cannot listen on 192\.0\.2\.1"):
            probe.probe_masters(plan_on(master, "dstream", listen="192.0.2.1").round_trials(1))
