"""Two runs on one machine at the same time: the second is refused, or waits."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.errors import EnvironmentProblem
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.runner.execute import execute

PLAN = build_plan(["null"], around=Surroundings(2), rounds="1")

HOLD = """
import sys
from bench.process.locks import measuring_lock
with measuring_lock(wait_s=0):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_run(tmp_path, monkeypatch):
    """Another process that measures until its standard input is closed."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        if not process.stdin.closed:
            process.stdin.close()


def go(tmp_path, result_of, on_event, **options):
    return execute(
        PLAN,
        out=tmp_path / "run",
        command="x",
        on_event=on_event,
        run_trial=lambda spec, settings, **kw: result_of(spec),
        **options,
    )


def test_the_second_is_refused_and_leaves_nothing(tmp_path, other_run, result_of):
    events = []
    with pytest.raises(EnvironmentProblem, match=f"process {other_run.pid}"):
        go(tmp_path, result_of, events.append)
    assert events == []
    assert not (tmp_path / "run").exists()


def test_the_second_waits_when_told_to(tmp_path, other_run, result_of):
    events = []

    def on_event(event):
        events.append(event)
        if event["event"] == "waiting":
            assert str(other_run.pid) in event["holder"]
            assert not (tmp_path / "run").exists()
            other_run.stdin.close()

    finished = go(tmp_path, result_of, on_event, wait=True)
    assert finished.outcome.complete
    assert [event["event"] for event in events][:2] == ["waiting", "run"]
