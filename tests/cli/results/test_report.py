"""``sparkbench report``: the page of a stored run, again and elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bench.report.html.trials import MOST_BATCHES
from bench.report.plots import PLOTS
from tests.cli.results.made_runs import make_plan, make_run

DOCUMENT = Path(__file__).parents[3] / "docs" / "report.md"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    base = tmp_path_factory.mktemp("report") / "runs"
    both = make_plan("dstream", "structured", axes={"trigger": ["500ms,1s"]})
    make_run(base / "both", both, salt="1")
    make_run(base / "begun", both, salt="2", ended=0)
    make_run(base / "aa", make_plan("structured", rounds="6", inject_s=0.0), salt="3")
    return base.parent


@pytest.fixture
def command(sparkbench, folder, runs):
    (folder / "runs").symlink_to(runs / "runs")
    return sparkbench


def test_the_whole_report_goes_into_the_run(command, folder):
    answer = command("report", "runs/both")
    assert (answer.code, answer.err) == (0, "")
    page = folder / answer.out.strip()
    assert page.name == "index.html"
    assert page.parent == folder / "runs" / "both" / "report"
    names = {path.name for path in page.parent.iterdir()}
    assert {"report.md", "cells.csv", "quantiles.svg", "quantiles.png", "rounds.svg"} <= names
    assert "structured against dstream" in page.read_text()
    assert "![Round by round](rounds.png)" in (page.parent / "report.md").read_text()


def test_out_writes_the_page_alone(command, folder):
    answer = command("report", "runs/aa", "--out", "one.html")
    assert (answer.code, answer.out) == (0, "one.html\n")
    assert [path.name for path in folder.iterdir() if path.suffix] == ["one.html"]
    assert "Noise of this machine" in (folder / "one.html").read_text()


def test_a_target_adds_the_decision(command, folder):
    answer = command("report", "runs/both", "--out", "one.html", "--rate", "1000", "--p99", "10s")
    assert answer.code == 0
    text = (folder / "one.html").read_text()
    assert re.search(r"<h2[^>]*>Decision: (stay|migrate|tune first|measure more)</h2>", text)
    assert "Not measured" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none"], "none"),
        (["runs/begun"], "no trial has ended"),
        (["runs/both", "--out", "."], "is a directory"),
        (["runs/both", "--out", "no/such/file.html"], "its directory does not exist"),
        (["runs/both", "--rate", "1000"], "--p99 is missing"),
        (["runs/both", "--today", "cores=2"], "--today: only with --rate and --p99"),
        (["runs/both", "--rate", "1k", "--p99", "1s", "--today", "cores=9"], "--today"),
    ],
)
def test_what_cannot_be_done_is_said(command, arguments, words):
    answer = command("report", *arguments)
    assert answer.code == 2
    assert answer.out == ""
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_the_document_names_every_plot_and_the_limit():
    text = DOCUMENT.read_text(encoding="utf-8")
    for plot in PLOTS:
        assert f"| {plot.title} |" in text
    assert f"{MOST_BATCHES:,} batches at most" in " ".join(text.split())
