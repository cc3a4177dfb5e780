"""Going on with a run: from its stored trials, with its plan, on its machine."""

from __future__ import annotations

import json
import os
from dataclasses import replace

import pytest

from bench.errors import EnvironmentProblem, UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.plan import Plan
from bench.plan.request import Request
from bench.plan.spec import LOG_RATIOS
from bench.process.locks import measuring_lock
from bench.results.store import RunStore
from bench.runner.execute import execute
from bench.runner.resume import changes, resume
from bench.runtime.shipped import code_digest
from tests.made_results import rewrite
from tests.report.synthetic import ENVIRONMENT, make_info

AROUND = Surroundings(2)
PLAN = build_plan(["null", "null:cores=1"], around=AROUND, rounds="3")


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def trials(result_of):
    """A stand-in for ``run_trial`` that is interrupted at the trial with the number ``stop``."""

    class Trials:
        stop = None
        status = "ok"

        def __init__(self):
            self.ran = []

        def __call__(self, spec, settings, *, workdir, on_event):
            if spec.number == self.stop:
                self.stop = None
                raise KeyboardInterrupt
            self.ran.append((spec.number, spec.attempt))
            result = result_of(spec, self.status)
            trial = result.trial.model_copy(update={"code_digest": code_digest()})
            return result.model_copy(update={"trial": trial})

    return Trials()


def start(tmp_path, trials, plan=PLAN):
    events: list = []
    execute(
        plan,
        out=tmp_path / "run",
        command="x",
        on_event=events.append,
        run_trial=trials,
        plan_file="#",
    )


@pytest.fixture
def cut(tmp_path, trials):
    """A run of six trials that was interrupted in its fourth."""
    trials.stop = 4
    start(tmp_path, trials)
    assert len(trials.ran) == 3
    return tmp_path / "run"


def go(path, trials, events=None, **options):
    return resume(
        path,
        request=Request(**options.pop("request", {})),
        around=AROUND,
        on_event=[].append if events is None else events.append,
        run_trial=trials,
        **options,
    )


def test_it_runs_what_is_missing_and_nothing_else(cut, trials):
    events = []
    kept = {path: path.read_bytes() for path in (cut / "trials").iterdir()}
    finished = go(cut, trials, events)
    assert trials.ran == [(n, 1) for n in range(1, 7)]
    assert finished.outcome.complete
    assert finished.path == cut
    store = RunStore.open(cut)
    assert Plan.from_dict(store.info.plan) == PLAN
    assert store.info.plan_hash == PLAN.plan_hash
    assert store.info.finished_at is not None
    assert [part.pid for part in store.info.parts] == [os.getpid()] * 2
    assert len(store.read_trials()[0]) == 6
    assert all(path.read_bytes() == data for path, data in kept.items())
    assert (events[0]["event"], events[0]["stored"], events[0]["trials"]) == ("run", 3, 3)
    assert (cut / "plan.toml").read_text() == "#"


def test_a_finished_run_has_nothing_left(cut, trials):
    go(cut, trials)
    before = RunStore.open(cut).info
    assert go(cut, trials).outcome.complete
    assert len(trials.ran) == 6
    assert RunStore.open(cut).info == before


def test_a_run_killed_after_its_last_trial_is_finished(cut, trials):
    go(cut, trials)
    RunStore.open(cut).update_info(finished_at=None)
    go(cut, trials)
    assert len(trials.ran) == 6
    assert RunStore.open(cut).info.finished_at is not None


def test_a_failed_trial_of_a_run_of_before_keeps_its_attempts(tmp_path, trials):
    old = replace(PLAN, settings=replace(PLAN.settings, rule=LOG_RATIOS))
    trials.status = "failed"
    trials.stop = 3
    start(tmp_path, trials, old)
    assert trials.ran == [(1, 1), (2, 1), (1, 2), (2, 2)]
    trials.status = "ok"
    assert go(tmp_path / "run", trials).outcome.exit_code() == 4
    assert trials.ran[4:] == [(n, 1) for n in range(3, 7)]


def test_a_round_in_which_an_arm_crashed_is_replaced_after_a_resume_too(tmp_path, trials):
    trials.status = "failed"
    trials.stop = 3
    start(tmp_path, trials)
    assert trials.ran == [(1, 1), (2, 1)]
    trials.status = "ok"
    assert go(tmp_path / "run", trials).outcome.exit_code() == 0
    assert trials.ran[2:] == [(n, 1) for n in range(3, 9)]


def test_torn_and_half_written_files_are_no_obstacle(cut, trials):
    events = []
    torn, empty = sorted((cut / "trials").iterdir())[:2]
    torn.write_bytes(torn.read_bytes()[:50])
    empty.write_bytes(b"")
    (cut / "trials" / ".0004-null.json.tmp").write_bytes(b"{")
    (cut / ".run.json.tmp").write_bytes(b"{")
    go(cut, trials, events)
    assert trials.ran[3:] == [(n, 1) for n in (1, 2, 4, 5, 6)]
    stored, problems = RunStore.open(cut).read_trials()
    assert (len(stored), problems) == (6, [])
    notes = [event["message"] for event in events if event["event"] == "note"]
    assert sum("kept as" in note for note in notes) == 2


def test_a_result_of_another_plan_is_refused(cut, trials):
    path = sorted((cut / "trials").iterdir())[0]
    data = json.loads(path.read_text())
    data["trial"]["seed"] += 1
    rewrite(path, data)
    with pytest.raises(UsageError, match=r"trial 1 \(.*\) is none of its plan"):
        go(cut, trials)


def test_a_plan_changed_by_hand_is_refused(cut, trials):
    data = json.loads((cut / "run.json").read_text())
    data["plan"]["settings"]["rounds"] = 2
    (cut / "run.json").write_text(json.dumps(data))
    with pytest.raises(UsageError, match="not the one the run began with"):
        go(cut, trials, force=True)


@pytest.mark.parametrize(
    "given",
    [
        {"arms": ("null", "null:cores=1")},
        {"axes": {"trigger": ["1000ms"]}},
        {"settings": {"rounds": "3", "seed": "1"}},
        {"filters": ("trigger=1s",)},
    ],
)
def test_the_same_plan_may_be_written_again(cut, trials, given):
    if "filters" in given:
        given = {**given, "arms": ("null", "null:cores=1")}
    assert go(cut, trials, request=given).outcome.complete


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"arms": ("null",)}, "the run has arms null null:cores=1, not null;"),
        ({"axes": {"trigger": ["2s"]}}, "the run has trigger 1s, not 2s;"),
        ({"conf": ("null.batch_s=1",)}, "the run has conf.null.batch_s none, not 1;"),
        ({"settings": {"seed": "2"}}, "the run has seed 1, not 2;"),
    ],
)
@pytest.mark.parametrize("force", [False, True])
def test_another_experiment_is_refused_even_by_force(cut, trials, given, words, force):
    with pytest.raises(UsageError) as caught:
        go(cut, trials, request=given, force=force)
    assert words in str(caught.value)
    assert len(trials.ran) == 3


def test_other_settings_are_refused_unless_forced(cut, trials):
    given = {"settings": {"rounds": "4"}}
    with pytest.raises(UsageError, match=r"the run has rounds 3, not 4; .* add --force"):
        go(cut, trials, request=given)
    go(cut, trials, request=given, force=True)
    store = RunStore.open(cut)
    assert len(store.read_trials()[0]) == 8
    assert Plan.from_dict(store.info.plan).settings.rounds == 4
    assert store.info.parts[-1].replanned
    assert store.info.parts[-1].forced == ["the run had rounds 3, not 4"]
    # That is its plan now.
    go(cut, trials, request=given)


def test_another_machine_is_refused_unless_forced(cut, trials):
    store = RunStore.open(cut)
    other = store.info.environment.model_copy(update={"cpu": "Another CPU", "cpus": 64})
    store.update_info(environment=other)
    with pytest.raises(
        UsageError, match=r"CPU was Another CPU and is .*; the number of CPUs was 64"
    ):
        go(cut, trials)
    assert len(trials.ran) == 3
    go(cut, trials, force=True)
    part = RunStore.open(cut).info.parts[-1]
    assert len(part.forced) == 2
    assert not part.replanned


def test_what_makes_a_machine_another_one():
    info = make_info(sparkbench="1")
    then = ENVIRONMENT

    def found(results=(), version="1", **update):
        now = then.model_copy(update=update)
        return changes(info, results, now, version=version, code_digest="a")

    assert found() == found(memory_bytes=int(then.memory_bytes * 0.99), load_average=9.0) == []
    assert found(cpu="x", java="21") == [
        f"the CPU was {then.cpu} and is x",
        "Java was 17.0.12 and is 21",
    ]
    assert found(memory_bytes=then.memory_bytes // 2) == ["the memory was 16.0 GiB and is 8.0 GiB"]
    assert found(version="2") == ["sparkbench was 1 and is 2"]
    assert found(python="3.12", spark=None, os="y", cpus=1)[0].startswith("the number of CPUs")


def test_other_code_is_another_machine(cut, trials):
    path = sorted((cut / "trials").iterdir())[0]
    rewrite(path, json.loads(path.read_text().replace(code_digest(), "0" * 16)))
    with pytest.raises(UsageError, match="the code of the engines is not the one its trials ran"):
        go(cut, trials)


def test_a_run_under_way_is_not_resumed(cut, trials):
    with measuring_lock(wait_s=0), pytest.raises(EnvironmentProblem):
        go(cut, trials)
    assert RunStore.open(cut).info.finished_at is None
    assert len(trials.ran) == 3


def test_no_run_no_resume(tmp_path, trials):
    with pytest.raises(UsageError, match="no such run directory"):
        go(tmp_path / "missing", trials)
