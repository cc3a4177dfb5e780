"""The loop: results are stored as they come, and nothing that finished is ever lost."""

from __future__ import annotations

import pytest

from bench.errors import EnvironmentProblem
from bench.experiments.compare.rounds import Rounds
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.results.store import RunStore
from bench.runner.execute import run_info
from bench.runner.runner import run_strategy

PLAN = build_plan(["dstream", "structured"], around=Surroundings(2), rounds="3")


@pytest.fixture
def store(tmp_path):
    return RunStore.create(tmp_path / "run", run_info(PLAN, "sparkbench compare"))


class Trials:
    """A stand-in for ``run_trial``: ends each trial as the table says, and keeps account."""

    def __init__(self, result_of, table=None):
        self.result_of = result_of
        self.table = table or {}
        self.specs = []
        self.workdirs = []

    def __call__(self, spec, settings, *, workdir, on_event):
        self.specs.append(spec)
        self.workdirs.append(workdir)
        assert workdir.is_dir()
        assert not any(workdir.iterdir())
        on_event({"event": "phase", "name": "measuring"})
        (workdir / "empty.log").touch()
        end = self.table.get((spec.number, spec.attempt), "ok")
        if isinstance(end, BaseException):
            (workdir / "log").write_text("half a trial")
            raise end
        return self.result_of(spec, end)


def go(store, trials, results=(), events=None):
    return run_strategy(
        Rounds(PLAN),
        PLAN.settings,
        store,
        run_trial=trials,
        on_event=[].append if events is None else events.append,
        results=results,
    )


def test_every_result_is_stored_and_told(store, result_of):
    events = []
    trials = Trials(result_of)
    outcome = go(store, trials, events=events)
    assert outcome.complete
    assert outcome.exit_code() == 0
    stored, problems = store.read_trials()
    assert problems == []
    assert stored == outcome.results
    assert [result.trial.number for result in stored] == [1, 2, 3, 4, 5, 6]
    assert [event["event"] for event in events] == ["trial", "phase", "result"] * 6 + ["end"]
    told = [event for event in events if event["event"] == "trial"]
    assert [(event["done"], event["left"]) for event in told] == [(n, 6 - n) for n in range(6)]
    assert told[0]["left_s"] == pytest.approx(sum(event["expected_s"] for event in told))
    assert told[0]["expected_s"] > told[1]["expected_s"], "its JVM was not started ahead"


def test_a_result_is_on_disk_before_the_next_trial_begins(store, result_of):
    seen = []

    def trial(spec, settings, *, workdir, on_event):
        seen.append(len(store.read_trials()[0]))
        return result_of(spec)

    go(store, trial)
    assert seen == [0, 1, 2, 3, 4, 5]


def test_a_trial_that_fails_once_does_not_fail_the_run(store, result_of):
    trials = Trials(result_of, {(2, 1): "failed"})
    outcome = go(store, trials)
    assert [(s.number, s.attempt) for s in trials.specs].count((2, 2)) == 1
    assert outcome.exit_code() == 0
    assert len(set(trials.workdirs)) == 7


def test_a_trial_that_fails_twice_does(store, result_of):
    trials = Trials(result_of, {(2, 1): "failed", (2, 2): "failed"})
    outcome = go(store, trials)
    assert len(trials.specs) == 7
    assert outcome.exit_code() == 4


def test_findings_are_no_failures(store, result_of):
    table = {(1, 1): "unsupported", (2, 1): "saturated", (3, 1): "unsettled"}
    outcome = go(store, Trials(result_of, table))
    assert outcome.exit_code() == 0
    assert outcome.exit_code(gate_failed=True) == 1


def test_an_interruption_keeps_what_finished(store, result_of):
    trials = Trials(result_of, {(2, 1): "failed", (4, 1): KeyboardInterrupt()})
    events = []
    outcome = go(store, trials, events=events)
    assert outcome.interrupted
    assert not outcome.complete
    assert outcome.exit_code() == 130
    # A round has two trials, so the failed one came again before the third.
    assert [(r.trial.number, r.trial.attempt) for r in store.read_trials()[0]] == [
        (1, 1),
        (2, 2),
        (3, 1),
    ]
    assert events[-1] == {"event": "end", "interrupted": True}


def test_an_interruption_while_a_result_is_stored_loses_nothing(store, result_of, monkeypatch):
    write = store.write_trial
    calls = []

    def interrupted_once(result):
        calls.append(result)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return write(result)

    monkeypatch.setattr(store, "write_trial", interrupted_once)
    outcome = go(store, Trials(result_of))
    assert outcome.interrupted
    assert len(outcome.results) == 3
    assert store.read_trials()[0] == outcome.results


def test_a_run_goes_on_from_its_stored_results(store, result_of):
    go(store, Trials(result_of, {(4, 1): KeyboardInterrupt()}))
    trials = Trials(result_of)
    outcome = go(store, trials, results=store.read_trials()[0])
    assert [spec.number for spec in trials.specs] == [4, 5, 6]
    assert outcome.complete
    assert len(store.read_trials()[0]) == 6


def test_an_environment_that_gives_out_ends_the_run_and_keeps_what_finished(store, result_of):
    full = EnvironmentProblem("the disk is full; free some")
    outcome = go(store, Trials(result_of, {(3, 1): full, (1, 1): "failed", (1, 2): "failed"}))
    assert outcome.problem is full
    assert outcome.exit_code() == 3
    assert len(store.read_trials()[0]) == 2


def test_work_folders_stay_only_where_a_trial_left_something(store, result_of):
    trials = Trials(result_of, {(2, 1): KeyboardInterrupt()})
    go(store, trials)
    assert [workdir.exists() for workdir in trials.workdirs] == [False, True]
    assert trials.workdirs[1].parent == store.path / "logs"
    assert [path.name for path in trials.workdirs[1].iterdir()] == ["log"]
