"""calibrate: what is printed where, and what is kept; the measurement itself is a stand-in."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bench.cli._main import run
from bench.cli.actions.calibrate import remarks, rows
from bench.load.sending.calibrate import Calibration
from bench.machine.calibration import calibrated_peak
from bench.process.locks import measuring_lock

FOUND = Calibration(
    peak_per_s=6e6,
    peak_cpu_share=0.99,
    steady_rate_per_s=100_000.0,
    steady_sent_per_s=100_000.0,
    steady_cpu_share=0.031,
    lag_p50_s=0.0004,
    lag_p99_s=0.0012,
    lag_max_s=0.005,
    starved_p99_s=0.0011,
    blocked_p99_s=0.0,
    ceiling_per_s=24e6,
    cpus=2,
    pinned=True,
    load_1m=0.1,
)


@pytest.fixture
def calibrate(monkeypatch, tmp_path, capfd):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("bench.load.sending.calibrate.calibrate", lambda: FOUND)

    def go(*arguments):
        code = run(["calibrate", *arguments])
        printed = capfd.readouterr()
        return code, printed.out, printed.err

    return go


def test_the_table_says_what_each_figure_means_and_keeps_them(calibrate, tmp_path):
    code, out, err = calibrate()
    assert code == 0
    assert "6.0 million lines/s" in out
    assert ">= 5 million" in out
    assert "CPU at 100,000 lines/s" in out
    assert "3.1%" in out
    assert "1.2 ms" in out
    assert "compare warns above 3,000,000 such lines/s" in out
    assert str(tmp_path / "cache") in err
    assert calibrated_peak() == 6e6


def test_json_is_all_there_is_on_standard_output(calibrate):
    code, out, _err = calibrate("--json", "-", "--quiet")
    assert code == 0
    assert json.loads(out) == {**FOUND.to_dict(), "reaches_targets": True}
    assert calibrated_peak() == 6e6


def test_no_measurement_beside_another(calibrate):
    with measuring_lock(wait_s=0):
        code, out, err = calibrate("--quiet")
    assert (code, out) == (3, "")
    assert err.startswith("sparkbench: ")
    assert calibrated_peak() is None


def test_a_busy_a_small_and_a_slow_machine_are_told_apart():
    def said(**changes):
        return " ".join(remarks(replace(FOUND, **changes)))

    assert "idle machine" in said(load_1m=2.0)
    assert "shared a CPU" in said(pinned=False)
    assert "stays behind" in said(peak_per_s=1e6)
    assert "stays behind" not in said()
    assert all(len(row) == 4 for row in rows(FOUND))


@pytest.mark.slow
def test_the_real_one_is_done_in_less_than_a_minute(sparkbench):
    answer = sparkbench("calibrate", "--json", "-")
    assert answer.code == 0, answer.err
    figures = json.loads(answer.out)
    assert figures["peak_per_s"] > 100_000
    # A plan may then come near it, and is told so before anything runs.
    plan = ("compare", "null", "--dry-run", "--rounds", "1", "--rate", str(figures["peak_per_s"]))
    told = sparkbench(*plan, "--cores", "1")
    assert "warning: " in told.err
    assert "can send here" in told.err
