"""What a job brings along to a trial: lines, keys, streams, parameters, partitions, path."""

from __future__ import annotations

import pytest

from bench.contract.jobs import JOBS
from bench.errors import UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.cells import describe
from bench.plan.load import line_cost, payload_of
from bench.plan.plan import Plan

AROUND = Surroundings(cores=4, jobs=tuple(JOBS))


def plan(*arms, around=AROUND, **options):
    axes = {
        name: [str(value)] for name, value in options.pop("axes", {}).items() if value is not None
    }
    return build_plan(
        arms or ("structured",), around=around, axes={"cores": ["2"], **axes}, **options
    )


def one(*arms, **options):
    (spec,) = plan(*arms, **options).round_trials(1)
    return spec


def test_echo_is_what_it_was():
    spec = one()
    assert (spec.lines, spec.keys, spec.streams, spec.job_params) == ("plain", 0, 1, {})
    assert set(plan().to_dict()["axes"]) == {"trigger_s", "cores", "rate_per_s"}


def test_a_job_gets_the_lines_and_keys_that_suit_it():
    spec = one(axes={"job": "wordcount"})
    assert (spec.lines, spec.keys) == ("words", 1000)
    assert payload_of(spec).lines.kind == "words"
    assert line_cost(spec) > line_cost(one())
    assert one(axes={"job": "wordcount", "keys": 7}).keys == 7


def test_the_users_lines_win():
    spec = one(axes={"job": "wordcount", "lines": "events:late=0.1,late_s=3"})
    assert (spec.lines, spec.keys) == ("events:late=0.1,late_s=3", 1000)
    spec = one(axes={"job": "wordcount", "lines": "plain"})
    assert (spec.lines, spec.keys) == ("plain", 0)
    with pytest.raises(UsageError, match="--lines: unknown kind of lines 'xml'"):
        plan(axes={"lines": "xml"})


def test_a_replayed_file_is_no_kind_of_ours():
    spec = one(axes={"job": "wordcount"}, replay="/some/file")
    assert (spec.lines, spec.keys) == ("plain", 0)
    with pytest.raises(UsageError, match="leave out the payload's size"):
        plan(axes={"job": "wordcount", "lines": "words"}, replay="/some/file")


def test_streams_are_enough_unless_the_user_says_otherwise():
    assert one(axes={"job": "union"}).streams == 2
    assert one(axes={"job": "union", "streams": 4}).streams == 4
    with pytest.raises(UsageError, match="--streams: job union reads 2 streams at least, not 1"):
        plan(axes={"job": "union", "streams": 1})


def test_parameters_are_checked_and_typed_when_the_plan_is_made():
    assert one(axes={"job": "topk"}).job_params == {"k": 10}
    assert one(axes={"job": "topk"}, params=["k=3"]).job_params == {"k": 3}
    for given, words in (
        (["k=none"], "job topk: parameter k: 'none' is not a whole number"),
        (["n=1"], "job topk: parameter 'n' is not known"),
        (["k"], "--param: 'k' is not NAME=VALUE; write one like k=5"),
    ):
        with pytest.raises(UsageError, match=words):
            plan(axes={"job": "topk"}, params=given)


def test_a_parameter_given_twice_is_an_axis():
    made = plan(axes={"job": "topk"}, params=["k=3", "k=30"])
    assert made.axes["param.k"] == ("3", "30")
    assert {spec.job_params["k"] for spec in made.round_trials(1)} == {3, 30}
    assert "param.k 3" in describe(made.cells[0])
    assert Plan.from_dict(made.to_dict()) == made


def test_an_arm_can_pin_a_parameter_and_partitions():
    spec = one("structured:param.k=4,partitions=8", axes={"job": "topk"})
    assert spec.job_params == {"k": 4}
    assert spec.partitions == 8


@pytest.mark.parametrize(
    ("text", "partitions"), [(None, 2), ("matched", 2), ("textbook", None), ("16", 16)]
)
def test_state_partitions_match_the_cores_unless_asked_otherwise(text, partitions):
    assert one(axes={"partitions": text}).partitions == partitions


def test_partitions_are_an_axis_of_words_and_numbers():
    made = plan(axes={"partitions": "matched,textbook,16"})
    assert [spec.partitions for spec in sorted(made.round_trials(1), key=str)]
    assert {spec.cell["partitions"] for spec in made.round_trials(1)} == {
        "matched",
        "textbook",
        16,
    }
    assert Plan.from_dict(made.to_dict()) == made
    with pytest.raises(UsageError, match="no number of partitions; give one, or matched"):
        plan(axes={"partitions": "many"})


def test_the_path_is_the_one_the_job_has():
    assert one(axes={"job": "custom_state"}).path == "python"
    assert one("structured:path=jvm", axes={"job": "custom_state"}).path == "jvm"
    assert one(axes={"job": "echo"}).path == "jvm"
