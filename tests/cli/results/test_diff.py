"""``sparkbench diff``: exit codes and outputs, in a process of its own."""

from __future__ import annotations

import json

import pytest

from tests.cli.results.made_runs import make_plan, make_run

PLAN = make_plan("dstream", "structured")


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A work folder with a run, a slower one of another Spark, and one of another machine."""
    base = tmp_path_factory.mktemp("diff") / "runs"
    make_run(base / "a", PLAN, salt="a")
    spark = {"spark": "4.4.0"}
    make_run(base / "b", PLAN, salt="b", factor=1.3, environment=spark, started_at=1.8e9)
    make_run(base / "other", PLAN, salt="other", environment={"cpu": "Other CPU"})
    return base.parent


@pytest.fixture
def diff(sparkbench, folder, runs):
    (folder / "runs").symlink_to(runs / "runs")

    def run(*arguments, **more):
        return sparkbench("diff", *arguments, **more)

    return run


def test_a_regression_is_told_and_is_an_error_only_where_asked(diff):
    answer = diff("runs/a", "last")
    assert answer.code == 0
    assert answer.err == ""
    assert answer.out.count("regression") == 2
    assert "Spark 4.3.0 to 4.4.0" in answer.out
    assert max(map(len, answer.out.splitlines())) <= 80
    gate = diff("a", "b", "--fail-on", "slower")
    assert gate.code == 1
    assert "Gate failed: 2 of 2" in gate.out
    assert diff("b", "a", "--fail-on", "slower").code == 0


def test_a_threshold_moves_the_gate(diff):
    assert diff("a", "b", "--fail-on", "slower", "--threshold", "60%").code == 0
    assert diff("a", "b", "--fail-on", "slower", "--threshold", "1.05").code == 1


def test_json_and_markdown_are_all_there_is(diff):
    data = json.loads(diff("a", "b", "--format", "json").out)
    assert {row["word"] for row in data["cells"]} == {"regression"}
    text = diff("a", "b", "--format", "md", "--fail-on", "slower")
    assert text.code == 1
    assert text.out.startswith("## ")


def test_other_machines_are_refused_and_forced(diff):
    answer = diff("a", "other")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "other machine" in answer.err
    assert "--force" in answer.err
    forced = diff("a", "other", "--force")
    assert forced.code == 0
    assert "in spite of: other machine" in forced.out


def test_ratios_need_no_force_for_two_machines(diff):
    answer = diff("a", "other", "--ratios")
    assert answer.code == 0
    assert "ratio to dstream" in answer.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("a", "nowhere"), "no such run"),
        (("a", "a"), "both are the same run"),
        (("a", "b", "--format", "pdf"), "--format: unknown format 'pdf'"),
        (("a", "b", "--fail-on", "faster"), "--fail-on: unknown fail-on 'faster'"),
        (("a", "b", "--metric", "p99"), "unknown metric 'p99'"),
        (("a", "b", "--threshold", "0.9"), "--threshold: '0.9'"),
        (("a", "b", "--threshold", "nan%"), "--threshold: 'nan%'"),
        (("a",), "Missing argument"),
    ],
)
def test_bad_input_is_one_sentence(diff, arguments, words):
    answer = diff(*arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""
