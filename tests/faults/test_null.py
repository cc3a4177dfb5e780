"""Whole trials with a fault on the null engine: real processes, sockets and kills, no JVM."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench.plan.spec import Settings
from bench.process.orphans import marked
from bench.results.schema import FaultSeen, TrialResult
from bench.trial import run_trial
from tests.trial.conftest import spec

pytestmark = pytest.mark.slow

SETTINGS = Settings(rounds=1, warmup_s=0.6, duration_s=3.4, prelude_cap_s=1.0, tail_s=3.0)

#: Reconnects, as a DStream's receiver does.
RECONNECTS = {"null.reconnect": "yes"}

#: What a busy machine may bring about and these tests do not ask for.
NOISE = {"foreign_cpu", "starved_lag", "steal", "load_average", "generator_cpu", "memory_pressure"}

Struck = Callable[..., tuple[TrialResult, FaultSeen]]


@pytest.fixture
def struck(tmp_path: Path) -> Struck:
    """``struck("stall:...")`` runs a trial with that fault; its result and what was seen."""

    def run(fault: str, **changes: Any) -> tuple[TrialResult, FaultSeen]:
        given = spec(**{"fault": fault, "conf": RECONNECTS, **changes})
        result = run_trial(given, SETTINGS, workdir=tmp_path, on_event=lambda event: None)
        assert result.status != "failed", result.reasons
        assert result.fault is not None, result.reasons
        stored = TrialResult.model_validate_json(result.model_dump_json())
        assert stored.fault is not None
        assert [what for what in marked() if what.token.startswith(f"{os.getpid()}-")] == []
        return stored, stored.fault

    return run


def failed(result: TrialResult) -> set[str]:
    return {check.name for check in result.checks if not check.passed} - NOISE


def test_a_disconnected_source_comes_back_and_nothing_is_lost(struck):
    result, seen = struck("disconnect:at=1.5s,for=1s")
    assert failed(result) == set()
    assert result.load is not None
    assert seen.injected_at is not None
    assert seen.ended_at is not None
    assert 1.5 <= seen.struck_at - result.load.t0 < 1.7
    assert 0 <= seen.injected_at - seen.struck_at < 0.5
    assert seen.ended_at - seen.struck_at == pytest.approx(1.0, abs=0.5)
    # No record from the known one on was sent before the source came back.
    before = [
        first + count
        for batch in result.batches
        if batch.visible < seen.ended_at
        for _stream, first, count in batch.ranges
    ]
    assert max(before) == seen.records[0]
    assert seen.came_back
    assert seen.outage_s is not None
    assert 0.9 < seen.outage_s < 2.5
    assert seen.backlog_gone_s is not None
    assert 1.0 <= seen.backlog_gone_s < 3.0
    assert (seen.lost_records, seen.pending_records, seen.unsent_records) == (0, 0, 0)
    assert seen.repeated_records == 0
    # Open loop: what fell due meanwhile is late by as much as a user would see.
    assert seen.during is not None
    assert seen.before is not None
    assert seen.during.max > 0.9 > seen.before.p99
    assert seen.after is not None
    assert seen.after.p99 < 0.9


def test_a_clock_that_is_set_back_makes_no_wait_longer(tmp_path, monkeypatch):
    """The trial ends in time, and says what happened to the clock."""
    real, back_s = time.time, 0.0
    monkeypatch.setattr("time.time", lambda: real() - back_s)

    def set_back(event: dict[str, Any]) -> None:
        nonlocal back_s
        if event.get("name") == "measuring":
            back_s = 3600.0

    began = time.monotonic()
    given = spec(fault="stall:at=1.5s,for=1s", conf=RECONNECTS)
    result = run_trial(given, SETTINGS, workdir=tmp_path, on_event=set_back)
    assert time.monotonic() - began < 60
    assert failed(result) == {"clock_step"}
    assert result.fault is not None
    assert result.fault.came_back


def test_a_source_that_is_not_connected_to_again_stays_away(struck):
    result, seen = struck("disconnect:at=1.5s,for=500ms", conf={})
    assert failed(result) == set()
    assert not seen.came_back
    assert seen.outage_s is None
    assert seen.backlog_gone_s is None
    assert seen.unsent_records > 2000
    assert seen.lost_records == seen.repeated_records == 0
    assert seen.after is None


def test_a_stalled_sender_is_not_taken_for_a_late_generator_and_records_are_counted(struck):
    conf = {"null.lose_record": "3500", "null.repeat_record": "3600"}
    # What came just before the stall is seen up to a trigger after its begin.
    result, seen = struck("stall:at=1.5s,for=1s", conf=conf, trigger_s=0.1)
    assert failed(result) == set()
    assert seen.came_back
    assert seen.outage_s is not None
    assert seen.outage_s > 0.9
    assert (seen.lost_records, seen.repeated_records) == (1, 1)
    assert result.conservation is not None
    assert result.conservation.missing == 1
    assert result.load is not None
    assert result.load.starved_s.p99 < 0.5
    assert result.load.blocked_s.max > 0.5


def test_a_burst_is_part_of_the_schedule(struck):
    result, seen = struck("burst:at=1.5s,for=400ms,factor=5", conf={"null.capacity_per_s": "5000"})
    assert result.load is not None
    assert result.load.schedule["arrivals"].startswith("burst:factor=5,at=1")
    assert seen.came_back
    assert seen.backlog_gone_s is not None
    assert seen.backlog_gone_s > 0.4
    assert seen.lost_records == 0


def test_a_killed_driver_is_started_again_and_loses_what_nobody_kept(struck):
    # Read by the process that dies, and written by nobody: the null engine keeps no checkpoint.
    result, seen = struck("kill-driver:at=1.5s", trigger_s=0.5, seed=3)
    assert failed(result) == set()
    assert seen.came_back
    assert seen.lost_records > 0
    assert seen.unsent_records == 0
    assert seen.outage_s is not None
    assert seen.outage_s > 0.3
    ids = [batch.batch_id for batch in result.batches]
    assert ids.count(0) == 2, "both processes wrote to one ledger"


def test_who_dies_of_a_record_is_started_again_once(struck):
    # The null engine keeps nothing, so the record is not given to it again.
    result, seen = struck("poison:at=1.5s")
    assert failed(result) == set()
    assert seen.came_back
    said = f"null: record {seen.records[0]:012d} cannot be processed (--fault poison)"
    assert (seen.ends, seen.ended_by) == ([said], "")
    # It took along the batch that the record came in, and what it had of the load since.
    assert seen.lost_records >= 1
    shown = [(first, first + n) for batch in result.batches for _s, first, n in batch.ranges]
    assert not any(first <= seen.records[0] < stop for first, stop in shown)


@pytest.mark.parametrize(
    ("fault", "changes", "reason"),
    [
        ("kill-executor:at=1.5s", {}, "everything runs in the driver's JVM"),
        ("checkpoint-full:at=1.5s,for=1s", {}, "writes no checkpoint"),
        ("stall:at=1.5s,for=1s", {"sink": "console"}, "leave --sink out"),
        ("stall:at=1.5s,for=1s", {"job": "wordcount"}, "carry none"),
    ],
)
def test_a_fault_that_cannot_be_had_says_why(tmp_path, fault, changes, reason):
    given = spec(fault=fault, **changes)
    result = run_trial(given, SETTINGS, workdir=tmp_path, on_event=lambda event: None)
    assert result.status == "unsupported"
    assert reason in result.reasons[0]
