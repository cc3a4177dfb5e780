"""The end of a run: where the report is, and the one step that is of most use next."""

from __future__ import annotations

import shlex

import pytest

from bench.run import Run
from bench.view.ending import ending_lines, next_step, report_path
from tests.cli.results.made_runs import make_plan, make_run, of_before


@pytest.fixture
def made(tmp_path):
    def make(*arms, **options):
        plan_options = {
            key: options.pop(key)
            for key in ("rounds", "quick", "axes", "inject_s")
            if key in options
        }
        before = options.pop("before", False)
        plan = make_plan(*(arms or ("dstream", "structured")), **plan_options)
        plan = of_before(plan) if before else plan
        return Run.load(make_run(tmp_path / "a run", plan, **options).path)

    return make


def test_a_decided_run_leads_to_the_decision(made):
    step = next_step(made(rounds="6", scatter=0.001))
    assert step.startswith("sparkbench decide '")
    assert "--rate 1000 --p99 2s" in step


def test_a_run_that_was_stopped_goes_on(made):
    run = made(ended=3, command="sparkbench compare")
    step = next_step(run)
    assert step.startswith("sparkbench compare --resume ")
    words = shlex.split(step.partition(" (")[0])
    assert words[-1] == str(run.path), "a path with a space in it stays one word"


@pytest.mark.parametrize(
    ("options", "number"),
    [
        ({"statuses": {4: "failed"}, "before": True}, 4),
        ({"statuses": {2: "failed", 4: "failed"}, "rounds": "2"}, 2),
    ],
)
def test_what_went_wrong_comes_first(made, options, number):
    step = next_step(made(**options))
    assert f" {number} (why that trial is failed)" in step
    assert step.startswith("sparkbench show ")


def test_an_arm_that_crashed_twice_is_looked_into(made):
    trials = make_plan("dstream", "structured").trials()
    numbers = [spec.number for spec in trials if spec.arm.text == "structured"][1:3]
    step = next_step(made(statuses=dict.fromkeys(numbers, "failed")))
    assert f" {numbers[0]} (why that trial is failed)" in step


@pytest.mark.parametrize("status", ["failed", "invalid"])
def test_what_was_made_up_for_is_no_next_step(made, status):
    step = next_step(made(statuses={4: status}, rounds="6", scatter=0.001))
    assert step.startswith("sparkbench decide ")


@pytest.mark.parametrize("options", [{"rounds": "3", "before": True}, {"rounds": "1"}])
def test_an_estimate_leads_to_the_full_run(made, options):
    command = "sparkbench compare --quick --rate 5 --out runs/a --rounds 1"
    run = made(quick=True, estimate=True, command=command, **options)
    assert next_step(run) == "sparkbench compare --rate 5 (this was an estimate)"


def test_a_quick_run_with_a_verdict_is_no_estimate(made):
    run = made(quick=True, estimate=True, rounds="3", scatter=0.001)
    assert next_step(run).startswith("sparkbench decide ")


def test_too_few_rounds_lead_to_more_of_them(made):
    assert "--rounds 4 --force" in next_step(made(rounds="2", before=True))


def test_an_open_verdict_leads_to_a_run_of_as_many_rounds_as_it_takes(made):
    run = made(rounds="2", command="sparkbench compare --rate 5 --out runs/a --rounds 2")
    ((comparison,),) = (summary.comparisons for summary in run.summaries)
    assert comparison.verdict.word == "inconclusive"
    words = shlex.split(next_step(run).partition(" (")[0])
    assert words[:-1] == ["sparkbench", "compare", "--rate", "5", "--rounds"]
    assert int(words[-1]) == comparison.verdict.rounds_needed > 2


def test_an_arm_alone_and_an_arm_against_itself_have_no_other_to_move_to(made, tmp_path):
    assert next_step(made("dstream", rounds="6")) is None
    plan = make_plan("dstream", inject_s=0.0, rounds="6")
    run = Run.load(make_run(tmp_path / "aa", plan, scatter=0.0005).path)
    assert "decide" not in (next_step(run) or "")


def test_the_report_is_named_where_there_is_one(made):
    run = made(rounds="6")
    assert report_path(run) is None
    (run.path / "report" / "report.md").write_text("x")
    assert report_path(run) == str(run.path / "report" / "report.md")
    (run.path / "report" / "index.html").write_text("x")
    assert report_path(run) == str(run.path / "report" / "index.html")
    assert ending_lines(run)[0].text == f"Report: {run.path / 'report' / 'index.html'}"
