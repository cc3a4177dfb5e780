"""``sparkbench show`` and ``sparkbench export``: runs as they are on disk."""

from __future__ import annotations

import csv
import io
import json

import pandas as pd
import pytest

from bench.document.text import plain
from tests.cli.results.made_runs import make_plan, make_run
from tests.made_results import rewrite

EVIL = "[bold]\x1b[2J|<b>`x`\u202e$(x)"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """Runs of every kind: compared, single, A/A, unfinished, damaged, hostile."""
    base = tmp_path_factory.mktemp("show") / "runs"
    both = make_plan("dstream", "structured", axes={"trigger": ["500ms,1s"]})
    statuses = {3: "failed", 5: "saturated"}
    make_run(base / "first", both, salt="1", statuses=statuses, started_at=1.7e9)
    make_run(base / "single", make_plan("structured"), salt="2", started_at=1.71e9)
    aa = make_plan("structured", rounds="6", inject_s=0.02)
    make_run(base / "aa", aa, salt="3", started_at=1.72e9)
    evil = make_plan("dstream", "structured", conf=[f"spark.x={EVIL}", "spark.x=1"])
    make_run(base / "evil", evil, salt=EVIL, environment={"cpu": EVIL, "spark": EVIL}, command=EVIL)
    make_run(base / "cut", both, salt="4", ended=3, started_at=1.9e9)
    (base / "damaged").mkdir()
    (base / "damaged" / "run.json").write_text("{")
    make_run(base / "torn", both, salt="5", started_at=1.73e9)
    (base / "torn" / "trials" / "0001-dstream.json").write_text("{")
    return base.parent


@pytest.fixture
def command(sparkbench, folder, runs):
    (folder / "runs").symlink_to(runs / "runs")
    return sparkbench


def test_the_runs_are_listed_oldest_first_with_an_answer(command):
    answer = command("show")
    assert answer.code == 0
    assert max(map(len, answer.out.splitlines())) <= 80
    order = [answer.out.index(f"\n{name} ") for name in ("first", "single", "aa", "evil", "cut")]
    assert order == sorted(order)
    assert "3/20" in answer.out
    assert "structured: p99 " in answer.out
    assert "! runs/damaged/run.json: torn or damaged, not readable" in answer.out


def test_many_runs_are_cut_to_the_latest(command, folder):
    (folder / "runs").unlink()
    for n in range(22):
        make_run(folder / "runs" / f"r{n:02}", make_plan("dstream"), ended=0, started_at=1e9 + n)
    text = command("show").out
    assert "r01" not in text
    assert "r21" in text
    assert "2 earlier runs; --all" in text
    assert "r00" in command("show", "--all").out


def test_no_run_yet_says_how_to_make_one(sparkbench):
    answer = sparkbench("show")
    assert answer.code == 0
    assert "sparkbench compare" in answer.out


def test_a_run_has_its_summary_and_its_trials(command):
    answer = command("show", "first")
    assert answer.code == 0
    assert "Which is faster here" in answer.out
    table = answer.out.split("\ntrial ")[1].splitlines()
    assert len(table) == 1 + 20
    assert any("failed" in line for line in table)
    assert command("show", "last").out.count("1 s") > 0


def test_an_aa_run_has_its_floor_again(command):
    assert "Noise floor:" in command("show", "aa").out


def test_a_trial_shows_everything_known_of_it(command):
    answer = command("show", "first", "1")
    assert answer.code == 0
    assert max(map(len, answer.out.splitlines())) <= 80
    for words in ("Trial 1:", "It is ok", "Latency of", "Send lag:", "Batches:", "Log: none"):
        assert words in answer.out


def test_the_checks_of_a_trial_and_what_to_do(command, runs):
    (file,) = (runs / "runs" / "first" / "trials").glob("0002-*.json")
    data = json.loads(file.read_text())
    data["checks"] = [
        {
            "name": "steal",
            "value": 0.1,
            "threshold": 0.02,
            "passed": False,
            "message": "stolen; go",
        },
        {"name": "starved_lag", "value": 0.001, "threshold": 0.01, "passed": True, "message": "ok"},
        {"name": EVIL, "value": None, "threshold": None, "passed": False, "message": EVIL},
    ]
    rewrite(file, data)
    text = command("show", "first", "2").out
    rows = [" ".join(line.split()) for line in text.splitlines()]
    assert "steal 10.00% <= 2.00% warning" in rows
    assert "starved_lag 1.00 ms <= 10.0 ms passed" in rows
    assert "! stolen; go" in text
    assert "\x1b" not in text


def test_the_log_of_a_trial_is_pointed_to(command, runs):
    log = runs / "runs" / "single" / "logs" / "0001-trial" / "engine.log"
    log.parent.mkdir()
    log.write_text("said")
    assert "logs/0001-trial/engine.log" in "".join(
        command("show", "single", "1").out.split("Log: ")[1].split()
    )


@pytest.mark.parametrize("most", ["3", "all"])
def test_batches_are_cut_only_where_asked(command, most):
    answer = command("show", "first", "1", "--batches", most)
    assert ("--batches all" in answer.out) == (most == "3")


def test_a_failed_trial_says_why(command):
    assert "It is failed: because it was made so." in command("show", "first", "3").out


@pytest.mark.parametrize("what", [("show", "evil"), ("show", "evil", "1"), ("show",)])
def test_hostile_strings_are_only_strings(command, what):
    answer = command(*what)
    assert answer.code == 0
    assert "\x1b" not in answer.out
    assert "\u202e" not in answer.out
    if len(what) > 1:
        assert "[bold]" in answer.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("show", "nowhere"), "no such run"),
        (("show", "runs"), "not a run directory"),
        (("show", "first", "99"), "there is no trial 99; its trials are 1 to 20"),
        (("show", "first", "one"), "TRIAL: 'one'"),
        (("show", "first", "1", "--batches", "x"), "--batches: "),
        (("export", "nowhere"), "no such run"),
        (("export", "first", "--format", "xml"), "csv, parquet, json, md"),
        (("export", "first", "--what", "records"), "--what records"),
        (("export", "first", "--format", "json", "--what", "cells"), "holds the whole run"),
        (("export", "first", "--format", "parquet"), "name a file with --out"),
        (("export", "first", "--out", "no/where.csv"), "does not exist"),
    ],
)
def test_bad_input_is_one_sentence(command, arguments, words):
    answer = command(*arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""


@pytest.mark.parametrize(("what", "rows"), [("trials", 20), ("cells", 4)])
def test_csv_is_one_table(command, what, rows):
    answer = command("export", "first", "--what", what)
    assert answer.code == 0
    assert len(list(csv.DictReader(io.StringIO(answer.out)))) == rows


def test_every_format_of_a_hostile_run(command, folder):
    data = json.loads(command("export", "evil", "--format", "json").out)
    assert data["run"]["environment"]["cpu"] == EVIL
    markdown = command("export", "evil", "--format", "md").out
    assert "<b>" not in markdown.split("```")[0]  # what follows is a code block
    assert "\x1b" not in markdown
    answer = command("export", "evil", "--format", "parquet", "--what", "batches", "--out", "b.pq")
    assert (answer.code, answer.out) == (0, "")
    assert len(pd.read_parquet(folder / "b.pq")) > 0
    rows = list(csv.DictReader(io.StringIO(command("export", "evil").out)))
    # A spreadsheet and a terminal get text; Parquet and JSON are exact.
    assert {row["conf.spark.x"] for row in rows} == {plain(EVIL), "1"}


TARGET = ("--rate", "1000", "--p99", "2s")


@pytest.mark.parametrize(
    "words",
    [
        ("show",),
        ("show", "first"),
        ("export", "first"),
        ("decide", "first", *TARGET),
        ("decide", "first", *TARGET, "--json", "-"),
        ("diff", "first", "cut"),
        ("report", "first"),
        ("jobs",),
        ("jobs", "echo"),
        ("migrate", "sliding"),
        ("doctor",),
        ("version",),
        ("completion", "bash"),
        *((name, "--help") for name in ("compare", "cluster")),
    ],
    ids=" ".join,
)
def test_that_nobody_listens_is_no_failed_gate(forks, environ, folder, runs, words):
    (folder / "runs").symlink_to(runs / "runs")
    done = forks.run(words, cwd=folder, env=environ, timeout_s=60, heard=False)
    # As a shell reports what SIGPIPE ended; 1 would be a gate that failed.
    assert (done.returncode, done.stderr) == (141, "")
