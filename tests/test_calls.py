"""The stored command of a call of the Python API: typed again, it plans the same run."""

from __future__ import annotations

import inspect
import json
import shlex
from typing import Any

import pytest

import bench
from bench.cli._main import run
from bench.decision.conditions import compare_command
from bench.plan.axes import AXES
from tests.report.synthetic import make_info

#: Two values of each axis, with commas of their own where a value may have them.
VALUES = {
    "trigger": ["500ms", 2],
    "cores": [1, 2],
    "rate": ["1k", 2500.5],
    "arrivals": ["constant", "burst:factor=10,at=15s,for=2s"],
    "streams": [1, 2],
    "payload_bytes": [100, "1k"],
    "payload_spread": [0, 0.5],
    "keys": [0, 1000],
    "skew": [0, 1.5],
    "equal": ["slots", "cpus"],
    "job": ["echo", "wordcount"],
    "sink": ["drain", "console"],
    "lines": ["words", "events:late=0.05,late_s=5"],
    "checkpoint": ["temp", "/a/folder,with,commas"],
    "partitions": ["matched", 2],
    "master": ["local-cluster[2,1,1024]", "spark://one:7077,two:7077"],
    "executors": [1, "auto"],
    "fault": ["stall:at=15s,for=3s", "disconnect:at=15s,for=3s"],
}

#: What has to be said too, for an axis to make sense.
WITH: dict[str, dict[str, Any]] = {
    "executors": {"master": "local-cluster[2,1,1024]"},
    "skew": {"keys": 1000},
    "streams": {"job": "echo", "cores": 2},
    "fault": {"metric": "outage"},
}


@pytest.fixture
def planned(monkeypatch, tmp_path, capsys):
    """Of a call, its plan and that of its stored command."""
    monkeypatch.chdir(tmp_path)
    found = {}

    def carry_out(plan, *, command, **handling):
        found.update(plan=plan, command=command)

    monkeypatch.setattr("bench.api.carry_out", carry_out)
    monkeypatch.setattr("bench.api_capacity.carry_out", carry_out)

    def ask(call, *arms, **named):
        call(*arms, **named)
        code = run([*shlex.split(found["command"])[1:], "--dry-run", "--json", "-"])
        answer = capsys.readouterr()
        assert (code, answer.err) == (0, ""), found["command"]
        return found["plan"].to_dict(), json.loads(answer.out)["plan"]

    return ask


def test_each_axis_is_tried():
    assert set(VALUES) == set(AXES)


@pytest.mark.parametrize(
    ("call", "axis"),
    [
        pytest.param(call, axis, id=f"{call.__name__}-{axis}")
        for call in (bench.compare, bench.capacity)
        for axis in AXES
        if axis in inspect.signature(call).parameters
    ],
)
def test_the_stored_command_of_a_call_plans_the_same(planned, call, axis):
    known = inspect.signature(call).parameters
    more = {name: value for name, value in WITH.get(axis, {}).items() if name in known}
    values = VALUES[axis]
    if (call, axis) == (bench.capacity, "arrivals"):
        # A rate that holds is a steady one.
        values = ["constant", "poisson"]
    before, after = planned(call, **{"cores": 1, **more, axis: values})
    assert len(before["axes"][AXES[axis].key]) == 2
    assert after == before


def test_settings_and_parameters_come_back_too(planned):
    before, after = planned(
        bench.compare,
        "null",
        "null:path=python",
        job="topk",
        params={"k": [3, 5]},
        conf={"a,b": ["1,2", True], "null.x": 0.5},
        rounds=3,
        warmup=2.5,
        duration="10s",
        seed=7,
        filter="arm=null",
    )
    assert after == before


def test_what_a_decision_proposes_keeps_the_commas_of_values(planned):
    call = {"fault": VALUES["fault"], "checkpoint": VALUES["checkpoint"], "metric": "outage"}
    before, _after = planned(bench.compare, cores=1, master="local-cluster[2,1,1024]", **call)
    words = shlex.split(compare_command(make_info(plan=before), ["null"], [1000], 4))
    given = [word for word, flag in zip(words[1:], words, strict=False) if flag == "--fault"]
    assert given == before["axes"]["fault"]
    assert words[words.index("--master") + 1] == "local-cluster[2,1,1024]"
    assert "/a/folder,with,commas" in words
