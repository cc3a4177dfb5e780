"""``sparkbench aa``: with trials that are stand-ins, and with the null engine."""

from __future__ import annotations

import json
from statistics import median

import pytest

from bench.cli._main import run
from bench.errors import EnvironmentProblem
from bench.machine.noise import machine_threshold
from bench.results.store import RunStore
from bench.run import Run
from tests.cli.results.made_runs import stand_in

#: Whole trials, some seconds each.
pytestmark = pytest.mark.slow


@pytest.fixture
def aa(monkeypatch, tmp_path, capfd):
    """Run ``sparkbench aa null`` with made-up trials."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: stand_in("aa"))

    def go(*arguments):
        code = run(["aa", "null", "--cores", "1", "--quiet", *arguments])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return go


def threshold():
    info = Run.load("last").info
    return machine_threshold(info.environment, ["null"])


def test_a_full_run_prints_its_floor_and_keeps_its_threshold(aa):
    code, out, err = aa()
    assert (code, err) == (0, "")
    assert len(Run.load("last").results) == 20
    for words in ("Noise floor:", "False alarms:", "Noise threshold:", "It is kept in"):
        assert words in out
    assert f"Noise threshold: {threshold():.2f} for null" in out


def test_a_threshold_that_cannot_be_kept_ends_with_3(aa, monkeypatch):
    def full(noise):
        raise EnvironmentProblem("the disk is full")

    monkeypatch.setattr("bench.runner.threshold.remember", full)
    code, out, _err = aa()
    assert code == 3
    assert "It is not kept: the disk is full" in out
    assert len(Run.load("last").results) == 20


def test_a_run_that_is_gone_on_with_keeps_its_threshold_too(aa, monkeypatch, capfd):
    whole = stand_in("aa")
    left = 7

    def cut_short(spec, settings, **how):
        nonlocal left
        left -= 1
        if not left:
            raise KeyboardInterrupt
        return whole(spec, settings, **how)

    monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: cut_short)
    code, out, _err = aa()
    assert (code, threshold()) == (130, None)
    assert "It is kept" not in out
    monkeypatch.setattr("bench.runner.execute._real_trial", lambda *given: whole)
    assert run(["compare", "--resume", "last", "--force", "--quiet"]) == 0
    assert f"Noise threshold: {threshold():.2f} for null" in capfd.readouterr().out


def test_a_delayed_side_is_reported_and_not_kept(aa):
    code, out, _err = aa("--rounds", "6", "--inject", "200ms")
    assert code == 0
    assert "200 ms injected, seen as" in out
    assert "Power:" in out
    assert "not kept" in out
    assert threshold() is None


def test_quick_is_an_estimate_and_not_kept(aa):
    _code, out, _err = aa("--quick")
    assert len(Run.load("last").results) == 8
    assert "not kept" in out
    assert threshold() is None


def test_json_is_an_export_with_the_findings(aa):
    _code, out, _err = aa("--rounds", "4", "--json", "-")
    data = json.loads(out)
    assert set(data) == {"run", "cells", "trials", "aa"}
    assert data["aa"]["floor"]["threshold"] == threshold()


def test_the_rounds_follow_from_the_cells_where_quick(aa, capfd):
    aa("--quick", "--trigger", "1s,2s,4s,8s", "--dry-run")
    code, out, _err = aa("--quick", "--trigger", "500ms,1s,2s", "--dry-run")
    assert code == 0
    assert "in 6 rounds" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("aa", "Missing argument 'ARM'"),
        ("aa strucured", "unknown engine 'strucured'"),
        ("aa null --rounds 3", "--rounds: 3 rounds give no noise floor"),
        ("aa null --inject soon", "--inject: 'soon' is not a duration"),
        ("aa null --inject 0s", "--inject: 0s delays nothing"),
        ("aa null --inject 1h", "--inject: 1h is not shorter"),
        ("aa null --inject 20ms --metric throughput", "--inject: "),
        ("aa null --metric p99", "--metric: unknown metric"),
        ("aa null --json file", "--json: "),
    ],
)
def test_bad_input_is_one_sentence(sparkbench, folder, arguments, words):
    answer = sparkbench(*arguments.split())
    assert answer.code == 2
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert list(folder.iterdir()) == []


def test_an_injected_delay_really_delays(sparkbench, folder):
    """Whatever the machine does meanwhile: one side's records come that much later."""
    answer = sparkbench(
        *("aa", "null", "--rounds", "4", "--inject", "150ms", "--trigger", "200ms", "--cores", "1"),
        *("--rate", "500", "--warmup", "500ms", "--duration", "1600ms", "--out", "run"),
        timeout_s=200,
    )
    assert answer.code in (0, 4)
    results, problems = RunStore.open(folder / "run").read_trials()
    assert problems == []
    # A round that the machine disturbed is replaced, up to four of them.
    spoiled = {result.trial.round for result in results if result.status == "invalid"}
    assert len(results) == 8 + 2 * min(4, len(spoiled))
    sides = {"null": [], "null#2+150ms": []}
    for result in results:
        assert result.trial.inject_s == (0.15 if "+" in result.trial.arm else 0.0)
        sides[result.trial.arm].append(result.latency_s.gross.p50)
    assert median(sides["null#2+150ms"]) - median(sides["null"]) == pytest.approx(0.15, abs=0.05)
    assert sparkbench("show", "run", "1").code == 0
