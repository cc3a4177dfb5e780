"""What an A/A run says, from made-up runs."""

from __future__ import annotations

import json

import pytest

from bench.experiments.aa.document import aa_data, aa_lines, aa_report
from bench.run import Run
from tests.cli.results.made_runs import make_plan, make_run


@pytest.fixture
def made(tmp_path):
    def make(plan, **options):
        return Run.from_store(make_run(tmp_path / "run", plan, salt="aa", **options))

    return make


def said(run):
    report = aa_report(run)
    assert report is not None
    return " ".join(line.text for line in aa_lines(report))


def test_any_other_run_has_none(made):
    assert aa_report(made(make_plan("dstream", "structured"))) is None


def test_floor_scatter_alarms_and_threshold(made):
    run = made(make_plan("structured", rounds="10", inject_s=0.0))
    report = aa_report(run)
    text = said(run)
    for words in ("Noise floor: 1.0", "Scatter:", "False alarms:", "Noise threshold: 1.0"):
        assert words in text
    assert f"{report.control.floor.threshold:.2f} for structured here" in text
    assert "injected" not in text


def test_each_cell_is_named_where_there_are_several(made):
    plan = make_plan("structured", rounds="6", inject_s=0.0, axes={"trigger": ["500ms,1s"]})
    text = said(made(plan))
    assert "At trigger 500 ms, 2 cores" in text
    assert "At trigger 1 s, 2 cores" in text


def test_an_injected_delay_is_reported_with_its_power(made):
    run = made(make_plan("structured", rounds="10", inject_s=0.2))
    (cell,) = aa_report(run).control.cells
    assert cell.shift_s == pytest.approx(0.2, abs=0.05)
    text = said(run)
    assert "200 ms injected, seen as" in text
    assert "Power: 100% of runs of 10 rounds would see it" in text
    assert "the injected delay taken off" in text


@pytest.mark.parametrize("ended", [0, 1, 5])
def test_a_run_cut_short_says_why_there_is_no_floor(made, ended):
    run = made(make_plan("structured", rounds="10", inject_s=0.0), ended=ended)
    assert "No noise floor:" in said(run)


def test_a_saturated_trial_leaves_no_floor(made):
    run = made(make_plan("structured", rounds="6", inject_s=0.0), statuses={3: "saturated"})
    assert "No noise floor: no cell could be ranked" in said(run)


def test_data_is_json(made):
    run = made(make_plan("structured", rounds="6", inject_s=0.02))
    report = aa_report(run)
    assert report is not None
    data = json.loads(json.dumps(aa_data(report), allow_nan=False))
    assert data["inject_s"] == 0.02
    assert data["floor"]["rounds"] == 6
    assert data["cells"][0]["power"]["rounds"] == 6
