"""``sparkbench tune``: made-up trials for the whole of it, the null engine for a real one."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest

from bench.cli._main import run
from bench.results.store import RunStore
from bench.run import Run
from tests.cli.conftest import ROOT
from tests.experiments.tuned_systems import System

pytestmark = pytest.mark.slow

SHORT = ("--rate", "500", "--trigger", "500ms", "--cores", "1", "--quiet")


class Stand(System):
    """A made-up system in the place of real trials, for so many of them."""

    def __init__(self, factors, *, ends_after=None, **more):
        super().__init__(factors, **more)
        self.left = ends_after

    def __call__(self, spec, settings=None, *, workdir=None, on_event=None):
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise KeyboardInterrupt
        return super().__call__(spec)


@pytest.fixture
def tune(monkeypatch, tmp_path, capfd):
    """Run ``sparkbench tune`` with made-up trials."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def go(*arguments, system=None):
        system = system or Stand({("null.speed", "2"): 0.5})
        monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: system)
        code = run(["tune", *arguments])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return go


def test_a_winner_is_confirmed_reported_and_stored(tune, capfd):
    code, out, err = tune("null", *SHORT)
    assert (code, err) == (0, "")
    assert "Confirmed: try" in out
    assert "--conf null.speed=2" in out
    path = Run.load("last").path
    assert {p.name for p in (path / "report").iterdir()} >= {
        "tune.md",
        "tune-front.png",
        "tune-front.svg",
        "report.md",
    }
    assert "--conf null.speed=2" in (path / "report" / "tune.md").read_text()
    shown = run(["show", "last"]), capfd.readouterr().out
    assert shown[0] == 0
    assert shown[1].startswith("Confirmed: try")
    assert "Which is faster" not in shown[1]
    info = Run.load("last").info
    assert info.finished_at is not None
    assert info.planned_trials == len(Run.load("last").results)


def test_nothing_better_is_a_finding(tune):
    code, out, _err = tune("null", *SHORT, system=Stand({("null.speed", "2"): 2.0}, noise=0.01))
    assert code == 0
    assert "No better than the arm as it is" in out
    assert "--conf" not in out


def test_json_is_an_export_with_the_search(tune):
    _code, out, _err = tune("null", *SHORT, "--json", "-")
    data = json.loads(out)
    assert set(data) == {"run", "cells", "trials", "tune"}
    assert data["tune"]["conclusion"] == "confirmed"
    assert data["tune"]["winner"]["settings"]["conf.null.speed"] == "2"
    assert not data["tune"]["winner"]["weakens_guarantee"]


def test_what_weakens_is_tried_only_when_allowed(tune):
    _code, out, _err = tune("null", *SHORT, "--dry-run", "--budget", "2h")
    assert "haste" not in out
    _code, out, _err = tune("null", *SHORT, "--dry-run", "--budget", "2h", "--allow-weaker")
    assert "haste 4" in out


def test_what_the_user_sets_is_left_alone(tune):
    arguments = ("null:trigger=500ms", "--conf", "null.speed=1", "--allow-weaker", "--cores", "1")
    _code, out, _err = tune(*arguments, "--dry-run", "--json", "-")
    data = json.loads(out)
    tried = {key for c in data["configurations"] for key in c["settings"]}
    assert tried == {"conf.null.haste"}
    assert data["expected_s"] <= 900


def test_an_interrupted_search_reports_and_goes_on(tune):
    system = Stand({("null.speed", "2"): 0.5}, ends_after=7)
    code, out, _err = tune("null", *SHORT, "--out", "run", system=system)
    assert code == 130
    assert "Not finished: nothing is confirmed." in out
    assert "--resume run" in out
    stored = len(Run.load("run").results)
    assert stored == 7
    system.left = None
    # Forced, as made-up trials come from no code that ran here.
    code, out, _err = tune("--resume", "run", "--quiet", "--force", system=system)
    assert code == 0
    assert "Confirmed" in out
    again = tune("--resume", "run", "--quiet", "--force", system=system)
    assert (again[0], again[1]) == (code, out)


def test_a_bound_that_cannot_be_kept_is_a_failed_gate(tune):
    code, out, _err = tune("null", *SHORT, "--p99", "1ms")
    assert code == 1
    assert "But the candidate was beyond the bound in" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("tune", "tune needs an arm"),
        ("tune strucured", "unknown engine 'strucured'"),
        ("tune null --budget 1m", "--budget: "),
        ("tune null --budget soon", "--budget: 'soon' is not a duration"),
        ("tune null --p99 0s", "--p99: 0s"),
        ("tune null --rate 1,2", "one cell, not 2"),
        ("tune null --json file", "--json: "),
        ("tune null --force", "--force: "),
        ("tune null --resume last", "--resume: a search goes on as it was planned"),
        ("tune --resume last", "last"),
        ("tune null:trigger=1s --conf null.speed=1 --dry-run", "nothing is left to search"),
    ],
)
def test_bad_input_is_one_sentence(sparkbench, folder, arguments, words):
    answer = sparkbench(*arguments.split())
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert list(folder.iterdir()) == []


REAL = (
    *("tune", "null:trigger=100ms", "--conf", "null.batch_s=0.07", "--rate", "500", "--cores", "1"),
    *("--warmup", "200ms", "--duration", "800ms", "--budget", "30s", "--out", "run", "--seed", "3"),
)


def test_the_null_engine_is_tuned_for_real(sparkbench, folder):
    answer = sparkbench(*REAL, timeout_s=250)
    assert answer.code in (0, 4)
    results, problems = RunStore.open(folder / "run").read_trials()
    assert problems == []
    speeds = {result.trial.spark_conf.get("null.speed") for result in results}
    assert speeds >= {None, "2"}
    confirmed = any(result.trial.purpose == "confirm" for result in results)
    # What comes out is the machine's business; a claim is made of fresh rounds or not at all.
    assert "No better" in answer.out or ("Confirmed" in answer.out and confirmed)
    assert (folder / "run" / "report" / "tune.md").exists()


def test_ctrl_c_reports_what_finished(environ, folder):
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.cli", *REAL],
        cwd=folder,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 120
        while len(list((folder / "run").glob("trials/*.json"))) < 2:
            assert time.monotonic() < deadline
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, _err = process.communicate(timeout=60)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    assert process.returncode == 130
    assert "Not finished" in out
    assert "as it is" in out


def test_the_profiles_are_printed(sparkbench):
    answer = sparkbench("jobs", "--profiles")
    assert answer.code == 0
    assert "asyncProgressTrackingEnabled" in answer.out
    data = json.loads(sparkbench("jobs", "--profiles", "--json", "-").out)
    assert {entry["engine"] for entry in data["profiles"]} == {"dstream", "structured"}
    assert str(ROOT) not in answer.out
