"""What calibration found is kept for this machine and asked for by every run."""

from __future__ import annotations

import json

import pytest

from bench.machine import calibration
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.runner.execute import execute


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    path = tmp_path / "cache"
    monkeypatch.setenv("SPARKBENCH_CACHE", str(path))
    return path


def test_figures_are_those_of_this_machine(monkeypatch):
    assert calibration.calibrated_peak() is None
    calibration.remember({"peak_per_s": 7e6})
    assert calibration.calibrated_peak() == 7e6
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(calibration, "machine_key", lambda: "another machine")
        assert calibration.calibrated_peak() is None
        calibration.remember({"peak_per_s": 1e6})
        assert calibration.calibrated_peak() == 1e6
    assert calibration.calibrated_peak() == 7e6


@pytest.mark.parametrize("text", ["", "[]", "{", '{"x": 1}', "\x00"])
def test_a_damaged_file_is_as_good_as_none(cache, text):
    calibration.remember({"peak_per_s": 7e6})
    (cache / calibration.FILE_NAME).write_text(text)
    assert calibration.calibrated_peak() is None
    calibration.remember({"peak_per_s": 8e6})
    assert calibration.calibrated_peak() == 8e6


@pytest.mark.parametrize("figures", [{}, {"peak_per_s": None}, {"peak_per_s": 0}])
def test_figures_without_a_peak_are_none(figures):
    calibration.remember(figures)
    assert calibration.calibrated_peak() is None


@pytest.mark.parametrize(("peak", "words"), [(None, "never calibrated"), (2e6, "can send here")])
def test_a_run_that_comes_near_is_warned_before_its_first_trial(tmp_path, result_of, peak, words):
    if peak:
        calibration.remember({"peak_per_s": peak})
    plan = build_plan(["null"], around=Surroundings(2), axes={"rate": ["1000,1.5M"]}, rounds="1")
    events = []
    finished = execute(
        plan,
        out=tmp_path / "run",
        command="sparkbench compare null",
        on_event=events.append,
        run_trial=lambda spec, settings, **kw: result_of(spec),
    )
    kinds = [event["event"] for event in events]
    assert kinds.count("warning") == 1
    assert kinds.index("run") < kinds.index("warning") < kinds.index("trial")
    message = events[kinds.index("warning")]["message"]
    assert words in message
    assert json.loads((finished.path / "run.json").read_text())["warnings"] == [message]
