"""What trials cost here is learned, and nothing in that file can do any harm."""

from __future__ import annotations

import json
import os

import pytest

from bench.machine.calibration import machine_key
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.estimate import BUILT_IN
from bench.results.schema import Prelude
from bench.runner import timings
from bench.runner.timings import FILE_NAME, KEPT, learn, learned_costs
from tests.made_results import make_result

PLAN = build_plan(around=Surroundings(cores=2), quick=True)
SPENT = {
    "launch": 3.0,
    "prelude": 4.6,
    "change": 0.7,
    "tick": 0.5,
    "settle": 2.0,
    "window": 8.0,
    "tail": 2.5,
    "end": 0.2,
}


@pytest.fixture
def file(tmp_path, monkeypatch):
    """The file they are learned from, in a cache of its own."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path))
    return tmp_path / FILE_NAME


def result(age_s=20.0, **changes):
    spec = PLAN.trials()[0]
    prelude = Prelude(batches_asked=20, reached=True, settled=True, batch_s=[], length_s=4.6)
    return make_result(spec).model_copy(
        update={
            "spent": {**SPENT, **changes},
            "prelude": prelude,
            "jvm_age_s": age_s,
            "window_s": (10.0, 18.0),
        }
    )


def of(found):
    return found.trial.engine


def test_without_a_file_built_in_figures_are_used(file):
    assert learned_costs() == dict(BUILT_IN)


def test_what_trials_took_is_what_the_next_are_expected_to(file):
    first, later = result(age_s=10.0, launch=6.0), result()
    learn([first, later, result(launch=3.2), result(launch=9.0)], PLAN.settings)
    costs = learned_costs()[of(first)]
    assert costs.launch_s == 6.0, "of the one whose JVM is younger than its trial"
    assert costs.ahead_s == 3.2, "the median: an accident changes little"
    assert costs.prelude_s == pytest.approx(0.6)
    assert costs.tail_s == pytest.approx(1.0)
    assert (costs.change_s, costs.end_s) == (0.7, 0.2)
    others = {name: cost for name, cost in learned_costs().items() if name != of(first)}
    assert others == {name: BUILT_IN[name] for name in others}


def test_the_latest_are_kept(file):
    for seconds in (1.0, 2.0):
        learn([result(change=seconds) for _ in range(KEPT)], PLAN.settings)
    assert learned_costs()[of(result())].change_s == 2.0
    (mine,) = json.loads(file.read_text()).values()
    assert all(len(seen) == KEPT for seen in mine[of(result())].values())


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", '"x"', "{}", "null", "\x00\xff"],
)
def test_a_damaged_file_is_as_good_as_none_and_is_mended(file, content):
    file.write_text(content)
    assert learned_costs() == dict(BUILT_IN)
    learn([result()], PLAN.settings)
    assert learned_costs()[of(result())].ahead_s == 3.0


@pytest.mark.parametrize("value", [None, "x", [], {}, [1e9], ["x"], [None], [float("nan")], True])
def test_figures_that_cannot_be_are_passed_over(file, value):
    mine = {of(result()): {"change_s": value}}
    file.write_text(json.dumps({machine_key(): mine}))
    assert learned_costs() == dict(BUILT_IN)
    file.write_text(json.dumps({machine_key(): value}))
    assert learned_costs() == dict(BUILT_IN)


def test_another_machine_learns_for_itself(file, monkeypatch):
    learn([result()], PLAN.settings)
    monkeypatch.setattr(timings, "machine_key", lambda: "another one")
    assert learned_costs() == dict(BUILT_IN)
    learn([result(change=5.0)], PLAN.settings)
    assert len(json.loads(file.read_text())) == 2


def test_old_results_and_unusual_trials_teach_nothing(file):
    old = make_result(PLAN.trials()[0])
    far = result()
    far = far.model_copy(update={"trial": far.trial.model_copy(update={"master": "spark://h:1"})})
    learn([old, far], PLAN.settings)
    assert not file.exists()


def test_a_cache_that_cannot_be_written_is_no_failure(tmp_path, monkeypatch):
    place = tmp_path / "file"
    place.write_text("no folder")
    monkeypatch.setenv("SPARKBENCH_CACHE", str(place))
    learn([result()], PLAN.settings)
    assert learned_costs() == dict(BUILT_IN)
    assert os.listdir(tmp_path) == ["file"]
