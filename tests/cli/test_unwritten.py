"""A disk that takes no report: what was measured is told all the same, and the code says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer.main

import bench
from bench.cli._main import run
from bench.cli.app import app
from bench.errors import EnvironmentProblem
from bench.run import Run
from bench.verify.outcome import Outcome, Verification
from tests.cli.results.made_runs import stand_in
from tests.experiments.capacity_world import with_capacity
from tests.experiments.tuned_systems import System

TUNED = System({("null.speed", "2"): 0.5})

#: Every command that makes a run, and what stands for its trials.
COMMANDS = {
    "compare": (("null", "--rounds", "2"), stand_in("compare")),
    "capacity": (("null",), lambda spec, settings, **how: with_capacity(30_000)(spec)),
    "demand": (
        ("null", "--rate", "500", "--cores", "1,2"),
        lambda spec, settings, **how: with_capacity(100)(spec),
    ),
    "tune": (
        ("null", "--rate", "500", "--trigger", "500ms"),
        lambda spec, settings, **how: TUNED(spec),
    ),
    "aa": (("null", "--quick"), stand_in("aa")),
    "soak": (("null", "--for", "10s"), stand_in("soak")),
}


@pytest.fixture
def trials(monkeypatch, tmp_path):
    """Let ``made`` stand for trials; the first of them runs ``refuse`` in the run's directory."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)

    def use(made, refuse, stop=None):
        def trial(spec, settings, **how):
            if spec.number == 1:
                refuse(tmp_path / "run")
            if spec.number == stop:
                raise KeyboardInterrupt
            return made(spec, settings, **how)

        monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: trial)

    return use


def no_report(path: Path) -> None:
    """Put a file where the report's folder belongs."""
    (path / "report").rmdir()
    (path / "report").touch()


def test_each_command_with_a_run_is_tried():
    group: Any = typer.main.get_command(app)
    made = {
        name
        for name, command in group.commands.items()
        if any("--out" in p.opts and p.metavar == "DIR" for p in command.params)
    }
    assert made == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_report_that_cannot_be_written_is_said_and_ends_with_3(trials, command, capfd):
    arguments, made = COMMANDS[command]
    trials(made, no_report)
    code = run([command, *arguments, "--cores", "1", "--out", "run", "--quiet"])
    printed = capfd.readouterr()
    assert code == 3
    assert "report: cannot be written" in printed.err
    assert "null" in printed.out
    assert Run.load("run").results


@pytest.mark.parametrize("command", COMMANDS)
def test_an_interruption_comes_first(trials, command, capfd):
    arguments, made = COMMANDS[command]
    stop = 1 if command == "soak" else 2
    trials(made, no_report, stop=stop)
    assert run([command, *arguments, "--cores", "1", "--out", "run", "--quiet"]) == 130


def test_what_tune_writes_besides_is_part_of_its_report(trials, capfd):
    arguments, made = COMMANDS["tune"]
    trials(made, lambda path: (path / "report" / "tune.md").mkdir())
    code = run(["tune", *arguments, "--cores", "1", "--out", "run", "--quiet"])
    printed = capfd.readouterr()
    assert code == 3
    assert "tune.md: cannot be written" in printed.err
    assert "as it is" in printed.out


def test_calls_raise_what_came_first(trials):
    made = COMMANDS["compare"][1]
    trials(made, no_report)
    with pytest.raises(EnvironmentProblem, match="cannot be written"):
        bench.compare("null", cores=1, rounds=2, out="run", quiet=True)
    assert len(Run.load("run").results) == 2


def test_calls_that_were_interrupted_say_so(trials):
    trials(COMMANDS["compare"][1], no_report, stop=2)
    with pytest.raises(KeyboardInterrupt):
        bench.compare("null", cores=1, rounds=2, out="run", quiet=True)


def test_a_verification_that_cannot_be_kept_is_printed(monkeypatch, tmp_path, capfd):
    found = Verification(1, (Outcome("echo", "socket", "null", "jvm", "hostile", "same"),), {}, 1)

    def stand(specs, *, folder, **how):
        (folder / "verification.json").mkdir()
        return found

    monkeypatch.setattr("bench.cli.actions.verify.verify", stand)
    assert run(["verify", "null", "--keep", str(tmp_path / "kept"), "--quiet"]) == 3
    printed = capfd.readouterr()
    assert "verification.json: cannot be written" in printed.err
    assert "Same input, same output" in printed.out


def test_figures_of_a_calibration_that_cannot_be_kept_are_printed(monkeypatch, tmp_path, capfd):
    from tests.cli.test_calibrate import FOUND

    (tmp_path / "calibration.json").mkdir()
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path))
    monkeypatch.setattr("bench.load.sending.calibrate.calibrate", lambda: FOUND)
    assert run(["calibrate", "--quiet"]) == 3
    assert "million lines/s" in capfd.readouterr().out
