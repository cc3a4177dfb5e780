"""The stored command of a call of the Python API: typed again, it plans the same run."""

from __future__ import annotations

import inspect
import json
import shlex
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

import bench
from bench.api import _Asked
from bench.cli._completers import arms, axis
from bench.cli._main import run
from bench.cli._options import measuring
from bench.cli.app import FUNCTIONS
from bench.decision.conditions import compare_command
from bench.plan.arms import parse_arm
from bench.plan.axes import AXES, Axis, Surroundings
from bench.plan.file import plan_schema, read_plan_file
from bench.plan.options import COMMANDS
from tests.report.synthetic import make_info

#: Two values of each axis, with commas of their own where a value may have them.
VALUES: dict[str, list[Any]] = {
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


#: The calls, with the arms they need.
CALLS = {
    "compare": (),
    "capacity": (),
    "demand": (),
    "aa": ("structured",),
    "tune": ("structured",),
    "soak": (),
}


@pytest.fixture
def planned(monkeypatch, tmp_path, capsys):
    """Of a call, its plan and that of its stored command."""
    monkeypatch.chdir(tmp_path)
    found = {}

    def not_run(self, plan, *_):
        found.update(plan=plan, command=self.command)
        return SimpleNamespace(info=SimpleNamespace(finished_at=None))

    monkeypatch.setattr("bench.api._Asked.run", not_run)

    def ask(call, *arms, **named):
        call(*arms, **named)
        code = run([*shlex.split(found["command"])[1:], "--dry-run", "--json", "-"])
        answer = capsys.readouterr()
        assert (code, answer.err) == (0, ""), found["command"]
        return json.loads(json.dumps(found["plan"].to_dict())), json.loads(answer.out)["plan"]

    return ask


def test_each_axis_is_tried():
    assert set(VALUES) == set(AXES)


def test_each_command_with_trials_has_its_call():
    assert set(CALLS) == set(COMMANDS)
    assert all(hasattr(bench, name) for name in COMMANDS)


@pytest.mark.parametrize(
    ("name", "axis"),
    [
        pytest.param(name, axis, id=f"{name}-{axis}")
        for name in CALLS
        for axis in COMMANDS[name].axes
    ],
)
def test_the_stored_command_of_a_call_plans_the_same(planned, name, axis):
    known = (*COMMANDS[name].axes, *COMMANDS[name].settings)
    more = {key: value for key, value in WITH.get(axis, {}).items() if key in known}
    values = VALUES[axis]
    if axis == "arrivals" and name in ("capacity", "demand", "tune"):
        # A rate that holds is a steady one, and a search's windows are short.
        values = ["constant", "poisson"]
    if name == "tune":
        # A search is about one cell.
        values = [next(value for value in values if str(value) != AXES[axis].default)]
    if name == "demand":
        more = {"rate": 1000, **more}
    before, after = planned(
        getattr(bench, name), *CALLS[name], **{"cores": 1, **more, axis: values}
    )
    assert len(before["axes"][AXES[axis].key]) == len(values)
    assert after == before


def test_a_keyword_that_is_none_is_named_with_the_nearest():
    with pytest.raises(TypeError, match=r"compare\(\): unknown keyword 'triger'.*'trigger'"):
        bench.compare(triger="1s")  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"capacity\(\): unknown keyword 'rate'"):
        bench.capacity(rate=1000)


def test_a_new_axis_is_found_everywhere(monkeypatch, planned, capsys, tmp_path):
    """One entry of the table: options, completions, arms, plan files and their schema, Python."""
    colour = Axis(
        "colour", _colour, str, "red", help="Colour of the lines.", examples=("red", "blue")
    )
    monkeypatch.setitem(AXES, "colour", replace(colour, name="colour"))
    for name, takes in COMMANDS.items():
        monkeypatch.setitem(COMMANDS, name, replace(takes, axes=(*takes.axes, "colour")))
        function = measuring(FUNCTIONS[name])
        assert "colour" in inspect.signature(function).parameters
    assert axis("colour")("b") == ["red", "blue"]
    assert "colour=red" in "".join(arms("null:col"))
    assert "colour" in plan_schema()["properties"]["compare"]["properties"]
    around = Surroundings(cores=2)
    file = read_plan_file('[compare]\ncolour = ["blue", "red"]\n', "plan.toml", around)
    assert file.axes["colour"] == ["blue", "red"]
    assert parse_arm("null:colour=blue", around).keys["colour"] == "blue"
    assert AXES["colour"].options(["red", "blue"]) == ["--colour", "red,blue"]
    asked = _Asked.of("compare", ("null",), {"colour": ["red", "blue"]})
    assert "--colour red,blue" in asked.command
    assert asked.request.plan(around).axes["colour"] == ("red", "blue")


def _colour(text, around=None):
    return text


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
