"""``sparkbench decide``: the answer, its forms, the gate, and what it refuses."""

from __future__ import annotations

import json

import pytest

from tests.cli.results.made_runs import make_plan, make_run

#: Whole runs, some seconds each.
pytestmark = pytest.mark.slow


@pytest.fixture
def stored(folder):
    """Both arms at 1,000/s in ``runs/one``; every p99 is about 1 s."""
    plan = make_plan("dstream", "structured", rounds="6")
    make_run(folder / "runs" / "one", plan, salt="a")
    return folder / "runs" / "one"


def test_a_target_that_is_met_and_one_that_is_not(sparkbench, stored):
    met = sparkbench("decide", "last", "--rate", "1000", "--p99", "2s")
    assert (met.code, met.err) == (0, "")
    assert "Stay with dstream" in met.out
    missed = sparkbench("decide", str(stored), "--rate", "1k", "--p99", "500ms")
    assert missed.code == 0
    assert "Tune first" in missed.out
    assert "Not tried yet" in missed.out
    beyond = sparkbench("decide", "one", "--rate", "50k", "--p99", "2s")
    assert "Measure more" in beyond.out
    assert "--rate 50000 --rounds" in " ".join(beyond.out.split())


def test_the_gate_is_about_what_is_in_use(sparkbench, stored):
    target = ["--rate", "1000", "--gate"]
    passed = sparkbench("decide", "last", *target, "--p99", "2s")
    assert passed.code == 0
    assert "Gate passed: dstream meets the target." in passed.out
    failed = sparkbench("decide", "last", *target, "--p99", "500ms")
    assert failed.code == 1
    assert "Gate failed: dstream misses the target." in failed.out
    unknown = sparkbench("decide", "last", "--rate", "9000", "--gate", "--p99", "2s", "--json", "-")
    assert unknown.code == 1
    assert "not known whether dstream" in unknown.err
    assert json.loads(unknown.out)["decisions"][0]["met"] is False


def test_forms(sparkbench, stored):
    target = ["decide", "last", "--rate", "1000", "--p99", "2s", "--cost-per-core-hour", "0.05"]
    data = json.loads(sparkbench(*target, "--json", "-").out)["decisions"][0]
    assert data["answer"] == "stay"
    assert data["standings"][0]["cost"]["reserved_per_hour"] == pytest.approx(0.1)
    assert sparkbench(*target, "--format", "md").out.startswith("## Is dstream good for 1,000")


def test_today_names_the_setting_in_use(sparkbench, folder):
    plan = make_plan("dstream", rounds="6", axes={"cores": ["1", "2"]})
    make_run(folder / "runs" / "one", plan)
    target = ["decide", "last", "--rate", "1000", "--p99", "2s", "--today"]
    assert "dstream (1 core)" in sparkbench(*target, "cores=1,trigger=1s").out
    answer = sparkbench(*target, "cores=4")
    assert (answer.code, answer.err) == (
        2,
        "sparkbench: --today: dstream was not measured at cores=4\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--p99", "2s"], "--rate is missing"),
        (["--rate", "1000"], "--p99 is missing"),
        (["--rate", "many", "--p99", "2s"], "--rate: 'many' is not a rate"),
        (["--rate", "1000", "--p99", "2"], "--p99: '2' is not a duration"),
        (["--rate", "1000", "--p99", "0s"], "--p99: nothing is visible after 0s"),
        (["--rate", "1", "--p99", "1s", "--cost-per-core-hour", "-1"], "'-1' is not a price"),
        (["--rate", "1", "--p99", "1s", "--today", "trigger"], "'trigger' is not KEY=VALUE"),
        (["--rate", "1", "--p99", "1s", "--today", "job=echo"], "--today: unknown key 'job'"),
        (["--rate", "1", "--p99", "1s", "--format", "html"], "--format: unknown format 'html'"),
        (["--rate", "1", "--p99", "1s", "--json", "x"], "--json: 'x' is not '-'"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(sparkbench, stored, arguments, message):
    answer = sparkbench("decide", "last", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert answer.err.count("\n") == 1


def test_a_run_without_a_trial_has_nothing_to_decide_from(sparkbench, folder):
    make_run(folder / "runs" / "none", make_plan("dstream"), ended=0)
    answer = sparkbench("decide", "last", "--rate", "1000", "--p99", "2s")
    assert answer.code == 2
    assert "no trial has ended" in answer.err
