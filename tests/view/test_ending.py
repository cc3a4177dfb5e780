"""The end of a run: where the report is, and the one step that is of most use next."""

from __future__ import annotations

import shlex

import pytest

from bench.run import Run
from bench.view.ending import ending_lines, next_step, report_path
from tests.cli.made_runs import make_plan, make_run


@pytest.fixture
def made(tmp_path):
    def make(*arms, **options):
        plan_options = {
            key: options.pop(key)
            for key in ("rounds", "quick", "axes", "inject_s")
            if key in options
        }
        plan = make_plan(*(arms or ("dstream", "structured")), **plan_options)
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


def test_what_went_wrong_comes_first(made):
    step = next_step(made(statuses={4: "failed"}))
    assert " 4 (why that trial is failed)" in step
    assert step.startswith("sparkbench show ")


def test_an_estimate_leads_to_the_full_run(made):
    command = "sparkbench compare --quick --rate 5 --out runs/a --rounds 1"
    run = made(quick=True, rounds="3", estimate=True, command=command)
    assert next_step(run) == "sparkbench compare --rate 5 (this was an estimate)"


def test_too_few_rounds_lead_to_more_of_them(made):
    step = next_step(made(rounds="2"))
    assert "--rounds 4 --force" in step


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
