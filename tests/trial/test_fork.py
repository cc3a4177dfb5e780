"""``--fork engine``: several trials in one engine process, and none that loses another's result."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from functools import partial

import psutil
import pytest

from bench.experiments.compare.rounds import Rounds
from bench.plan.arms import parse_arm
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.process.orphans import marked
from bench.results.store import RunStore
from bench.runner.execute import run_info
from bench.runner.runner import run_strategy
from bench.runtime.cds_build import class_archive
from bench.trial import TrialRunner
from tests.trial.conftest import SETTINGS, spec

#: Whole trials, some seconds each.
pytestmark = pytest.mark.slow

SHARED = replace(SETTINGS, fork="engine", warmup_s=0.2, duration_s=0.5)


def cell(number: int, rate: float = 2000.0, **changes):
    at = {"trigger_s": 0.1, "cores": 1, "rate_per_s": rate}
    changes = {"cell": at, "rate_per_s": rate, "trigger_s": 0.1, "slot": number - 1, **changes}
    return spec(number=number, **changes)


def engines() -> list[psutil.Process]:
    """Engine processes of trials that this process started and that are alive."""
    mine = f"{os.getpid()}-"
    return [
        psutil.Process(what.pid)
        for what in marked()
        if what.token.startswith(mine) and "bench.child" in what.command
    ]


@pytest.fixture
def runner(tmp_path):
    """``runner(specs)`` runs them one after another with one TrialRunner."""

    def run(specs, settings=SHARED, on_event=lambda spec, event: None):
        results = []
        with TrialRunner() as trial:
            for wanted in specs:
                workdir = tmp_path / f"{wanted.number:04}-{wanted.attempt}"
                workdir.mkdir()
                results.append(
                    trial(
                        wanted,
                        settings,
                        workdir=workdir,
                        on_event=partial(on_event, wanted),
                    )
                )
        assert engines() == []
        return results

    return run


def carried(results):
    return [result.batches != [] and result.conservation is not None for result in results]


def test_cells_that_may_share_run_in_one_process_one_after_another(runner, tmp_path):
    alive = {}

    def look(wanted, event):
        if event.get("name") == "measuring":
            alive[wanted.number] = [process.pid for process in engines()]

    results = runner([cell(1), cell(2, 1000.0), cell(3, 500.0)], on_event=look)
    assert carried(results) == [True] * 3
    assert len({result.jvm_id for result in results}) == 1
    assert len(alive) == 3
    assert alive[1] == alive[2] == alive[3]
    assert [result.environment.extra["engine_trials"] for result in results] == [1, 2, 3]
    for result in results:
        assert result.conservation.processed_records == result.load.sent_records
        assert result.batches[0].batch_id == 0
    assert "0001-1" in (tmp_path / "0003-1" / "engine.log").read_text()


def test_each_trial_has_a_process_of_its_own_by_default(runner):
    results = runner([cell(1), cell(2, 1000.0)], replace(SHARED, fork="cell"))
    assert carried(results) == [True, True]
    assert len({result.jvm_id for result in results}) == 2


@pytest.mark.parametrize(
    "other",
    [
        {"cores": 2, "cell": {"trigger_s": 0.1, "cores": 2, "rate_per_s": 2000.0}},
        {"round": 2},
    ],
    ids=lambda other: next(iter(other)),
)
def test_what_may_not_share_gets_a_fresh_process(runner, other):
    results = runner([cell(1), cell(2, **other)])
    assert carried(results) == [True, True]
    assert results[0].jvm_id != results[1].jvm_id


def test_a_killed_engine_fails_its_trial_alone_and_the_next_one_starts_afresh(runner):
    def kill(wanted, event):
        if wanted.number == 2 and event.get("name") == "measuring":
            for process in engines():
                process.send_signal(signal.SIGKILL)

    results = runner([cell(n) for n in (1, 2, 3)], on_event=kill)
    assert [result.status == "failed" for result in results] == [False, True, False]
    assert "signal 9" in results[1].reasons[0]
    assert results[2].jvm_id != results[0].jvm_id
    assert carried(results) == [True, False, True]


def test_an_engine_that_dies_between_trials_costs_none_of_them(tmp_path):
    with TrialRunner() as trial:
        for number in (1, 2):
            workdir = tmp_path / str(number)
            workdir.mkdir()
            result = trial(cell(number), SHARED, workdir=workdir, on_event=lambda event: None)
            assert carried([result]) == [True]
            for process in engines():
                process.kill()
                process.wait(10)
    assert engines() == []


def test_an_interruption_ends_the_shared_process(runner):
    def interrupt(wanted, event):
        if wanted.number == 2 and event.get("name") == "measuring":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        runner([cell(1), cell(2)], on_event=interrupt)
    assert engines() == []


def test_what_the_engine_cannot_do_leaves_no_process_to_the_next_trial(runner):
    results = runner([cell(1), cell(2, trigger_s=0.0), cell(3)])
    assert [result.status == "unsupported" for result in results] == [False, True, False]
    assert results[0].jvm_id != results[2].jvm_id


def test_a_run_stores_every_trial_with_the_process_it_shared(tmp_path):
    plan = build_plan(
        ["null"],
        around=Surroundings(2),
        axes={"trigger": ["100ms"], "cores": ["1"], "rate": ["1000,2000"]},
        rounds="2",
        fork="engine",
    )
    settings = replace(plan.settings, warmup_s=0.1, duration_s=0.4, tail_s=2.0)
    plan = replace(plan, settings=settings)
    store = RunStore.create(tmp_path / "run", run_info(plan, "test"))
    with TrialRunner() as trial:
        outcome = run_strategy(
            Rounds(plan), settings, store, run_trial=trial, on_event=lambda event: None
        )
    shared = {}
    for result in outcome.results:
        if result.trial.attempt == 1 and result.status in ("ok", "unsettled", "invalid"):
            shared.setdefault(result.trial.round, set()).add(result.jvm_id)
    assert len(outcome.results) >= 4
    assert store.info.plan["settings"]["fork"] == "engine"
    # A trial that saturated on a busy machine ends its process, so that there may be one more.
    assert set(shared) == {1, 2}
    assert not shared[1] & shared[2]
    folders = sorted(path.name for path in (store.path / "logs").iterdir())
    assert len(folders) >= 4


@pytest.mark.timeout(600)  # on a busy machine, where the class archive may have to be made
def test_two_cells_of_real_spark_in_one_jvm_from_the_class_archive(require, runner):
    require("java")
    assert class_archive().path is not None
    specs = [
        cell(number, rate, arm=parse_arm("structured"), trigger_s=trigger_s, cores=2)
        for number, rate, trigger_s in ((1, 500.0, 0.5), (2, 1000.0, 1.0))
    ]
    settings = replace(SHARED, warmup_s=1.0, duration_s=4.0, prelude_cap_s=3.0, tail_s=40.0)
    phases = []
    results = runner(specs, settings, lambda spec, event: phases.append(event.get("name")))
    assert carried(results) == [True, True], [result.reasons for result in results]
    assert results[0].jvm_id == results[1].jvm_id
    # One JVM, so one prelude.
    assert phases.count("prelude") == 1
    for result in results:
        assert result.conservation.processed_records == result.load.sent_records
        assert result.conservation.missing == result.conservation.duplicated == 0
        assert result.environment.extra["class_archive"] in ("used", "given")
