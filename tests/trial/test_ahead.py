"""The engine of the next trial starts before it is needed: when, for whom, and what is left."""

from __future__ import annotations

import os
import signal
from dataclasses import replace

import psutil
import pytest

from bench.faults.events import KILL_DRIVER
from bench.plan.arms import parse_arm
from bench.plan.phases import PHASES
from bench.process.orphans import marked
from bench.trial import TrialRunner
from bench.trial.one import ends_orderly
from tests.trial.conftest import SETTINGS, spec

BRIEF = replace(SETTINGS, warmup_s=0.2, duration_s=0.5)


def engines() -> set[int]:
    """Engine processes that this process started and that are alive."""
    mine = f"{os.getpid()}-"
    return {
        what.pid
        for what in marked()
        if what.token.startswith(mine) and "bench.child" in what.command
    }


@pytest.fixture
def three(tmp_path):
    """Three trials with the folders they log into."""
    found = []
    for number in (1, 2, 3):
        folder = tmp_path / str(number)
        folder.mkdir()
        found.append((spec(number=number, slot=number - 1), folder))
    return found


def go(trial, one, on_event=lambda event: None, settings=BRIEF):
    wanted, folder = one
    return trial(wanted, settings, workdir=folder, on_event=on_event)


@pytest.mark.slow
def test_the_next_engine_starts_after_the_window_and_carries_the_next_trial(three):
    seen = {}

    def look(event):
        if event["event"] == "phase":
            seen[event["name"]] = engines()

    with TrialRunner() as trial:
        trial.upcoming(*three[1])
        first = go(trial, three[0], look)
        (waiting,) = engines()
        assert len(seen["measuring"]) == len(seen["tail"]) == 1
        assert seen["stopping"] == seen["tail"] | {waiting}
        second = go(trial, three[1], look)
        assert seen["measuring"] == {waiting}
        assert engines() == set()
    assert first.jvm_id != second.jvm_id
    for result in (first, second):
        assert result.conservation.processed_records == result.load.sent_records
        assert set(result.spent) <= set(PHASES)
        assert sum(result.spent.values()) == pytest.approx(result.trial_s)
        assert result.spent["window"] == pytest.approx(1.6, abs=0.3), "8 triggers of 200 ms"
        assert result.spent["settle"] == pytest.approx(0.4, abs=0.3)
    assert second.jvm_age_s > second.spent["settle"]


@pytest.mark.slow
def test_an_engine_that_waits_for_another_trial_is_ended(three):
    with TrialRunner() as trial:
        trial.upcoming(*three[1])
        go(trial, three[0])
        (waiting,) = engines()
        result = go(trial, three[2])
        assert result.batches
        assert not psutil.pid_exists(waiting)
    assert engines() == set()


@pytest.mark.slow
def test_one_that_died_while_it_waited_is_replaced(three):
    with TrialRunner() as trial:
        trial.upcoming(*three[1])
        go(trial, three[0])
        (waiting,) = engines()
        os.kill(waiting, signal.SIGKILL)
        os.waitid(os.P_PID, waiting, os.WEXITED | os.WNOWAIT)
        assert go(trial, three[1]).batches
    assert engines() == set()


@pytest.mark.slow
def test_an_interruption_ends_what_was_started_ahead(three):
    def interrupt(event):
        if event == {"event": "phase", "name": "stopping"}:
            assert len(engines()) == 2
            os.kill(os.getpid(), signal.SIGINT)

    def begin():
        with TrialRunner() as trial:
            trial.upcoming(*three[1])
            go(trial, three[0], interrupt)

    with pytest.raises(KeyboardInterrupt):
        begin()
    assert engines() == set()


@pytest.mark.slow
@pytest.mark.parametrize("why", ["memory", "shared", "switched off"])
def test_none_is_started_ahead_where_it_would_be_in_the_way(three, why, monkeypatch):
    settings = replace(BRIEF, fork="engine") if why == "shared" else BRIEF
    if why == "memory":
        monkeypatch.setattr("bench.trial.run.SPARE_BYTES", 1 << 60)
    with TrialRunner(prepare=why != "switched off") as trial:
        trial.upcoming(three[1][0], three[1][1])
        go(trial, three[0], settings=settings)
        assert len(engines()) == (why == "shared"), "the trial's own stays for the next"


def test_only_what_nobody_would_miss_is_killed():
    one = spec(arm=parse_arm("structured"))
    assert not ends_orderly(one, BRIEF)
    assert ends_orderly(one, replace(BRIEF, fork="engine"))
    for changes in (
        {"master": "spark://host:7077"},
        {"fault": f"{KILL_DRIVER}:at=20s"},
        {"sink": "console"},
        {"sink": "files"},
        {"checkpoint": "/data"},
        {"job_reference": "/home/me/job.py"},
        {"arm": parse_arm("structured:mode=continuous")},
    ):
        assert ends_orderly(replace(one, **changes), BRIEF), changes


@pytest.mark.slow
def test_the_engine_is_as_old_as_it_is_to_be_when_the_window_begins(trial):
    result = trial(settings=replace(BRIEF, age_s=4.0))
    assert 4.0 <= result.jvm_age_s + 0.02 < 4.5, "and waits for the moment within its trigger"
    assert trial(settings=BRIEF).jvm_age_s < 4.0
