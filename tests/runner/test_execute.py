"""A plan from start to finish, with a stand-in for the trial and everything else real."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from bench.errors import EnvironmentProblem, UsageError
from bench.machine.environment import (
    CODE_ROOT,
    file_system,
    git_state,
    spark_version,
    usable_cores,
)
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.plan import Plan
from bench.process.locks import measuring_lock
from bench.results.store import RunStore
from bench.runner.execute import execute
from bench.runner.surroundings import surroundings

PLAN = build_plan(["null", "null:cores=1"], around=Surroundings(2), rounds="2")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    """A lock of our own: the machine's may be held by a real run."""
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "run"


def go(out, trial, plan=PLAN, events=None):
    return execute(
        plan,
        out=out,
        command="sparkbench compare null",
        on_event=[].append if events is None else events.append,
        run_trial=trial,
    )


def test_a_run_leaves_its_plan_and_its_results(out, result_of):
    events = []
    finished = go(out, lambda spec, settings, **kw: result_of(spec), events=events)
    assert finished.outcome.exit_code() == 0
    store = RunStore.open(finished.path)
    assert store.path == out
    assert Plan.from_dict(store.info.plan) == PLAN
    assert store.info.plan_hash == PLAN.plan_hash
    assert store.info.finished_at >= store.info.started_at
    assert store.info.planned_trials == 4
    assert store.info.environment.java is None
    assert len(store.read_trials()[0]) == 4
    assert events[0]["event"] == "run"
    assert (events[0]["path"], events[0]["trials"]) == (out, 4)


def test_trials_left_out_as_unsupported_are_not_missing(out, result_of):
    go(out, lambda spec, settings, **kw: result_of(spec, "unsupported"))
    info = RunStore.open(out).info
    assert info.planned_trials == 2
    assert info.finished_at is not None


def test_a_request_to_end_is_an_interruption(out, result_of):
    def trial(spec, settings, **kw):
        if spec.number == 2:
            os.kill(os.getpid(), signal.SIGTERM)
            signal.pause()
        return result_of(spec)

    before = signal.getsignal(signal.SIGTERM)
    finished = go(out, trial)
    assert finished.outcome.exit_code() == 130
    assert len(RunStore.open(out).read_trials()[0]) == 1
    assert RunStore.open(out).info.finished_at is None
    assert signal.getsignal(signal.SIGTERM) == before


def test_a_second_run_is_refused_and_leaves_nothing(out, tmp_path, result_of):
    def trial(spec, settings, **kw):
        with pytest.raises(EnvironmentProblem):
            go(tmp_path / "second", trial)
        return result_of(spec)

    go(out, trial)
    assert not (tmp_path / "second").exists()
    with measuring_lock(wait_s=0):
        pass


def test_what_cannot_begin_leaves_nothing(out, tmp_path, monkeypatch):
    def never(*args, **kw):
        raise AssertionError("a trial was run")

    missing = build_plan(["null"], around=Surroundings(2), replay=str(tmp_path / "missing"))
    with pytest.raises(UsageError, match="--replay"):
        go(out, never, plan=missing)

    def none(*args, **options):
        raise EnvironmentProblem("no Java")

    monkeypatch.setattr("bench.runtime.java.find_java", none)
    with pytest.raises(EnvironmentProblem, match="no Java"):
        go(out, never, plan=build_plan(["structured"], around=Surroundings(2)))
    assert not out.exists()


def test_by_default_a_run_goes_into_the_next_directory_of_runs(tmp_path, monkeypatch, result_of):
    monkeypatch.chdir(tmp_path)
    first = go(None, lambda spec, settings, **kw: result_of(spec))
    second = go(None, lambda spec, settings, **kw: result_of(spec))
    assert first.path.parent == second.path.parent
    assert first.path.parent.name == "runs"
    assert first.path != second.path


def test_the_surroundings_are_those_of_this_machine(tmp_path):
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)
    assert "echo" in surroundings().jobs
    assert (spark_version() or "").startswith("4.")
    assert git_state(tmp_path) == {}
    assert set(git_state(CODE_ROOT)) in ({"commit", "dirty"}, set())


def test_a_run_tells_the_load_before_it_and_how_the_machine_is_set_up(out, result_of):
    extra = RunStore.open(go(out, lambda spec, settings, **kw: result_of(spec)).path).info
    said = extra.environment.extra
    assert said["load_average_before"] >= 0
    assert said["clock_synchronised"] in ("yes", "no", None)
    assert {"governor", "clock_source"} <= set(said)


def test_the_type_of_a_file_system_is_that_of_the_nearest_mount(tmp_path):
    proc, here = file_system(Path("/proc/self")), file_system(tmp_path)
    if sys.platform.startswith("linux"):
        assert proc == "proc"
        assert here
        assert here != "proc"
    assert file_system(tmp_path / "not" / "there") == here
