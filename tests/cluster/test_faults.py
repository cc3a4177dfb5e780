"""Faults that only a cluster can have, on one whose executors are processes of this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bench.cluster import lifecycle
from bench.cluster.members import worker_pids
from bench.plan.arms import parse_arm
from bench.plan.spec import Settings
from bench.process.orphans import marked
from bench.results.schema import FaultSeen
from bench.trial import run_trial
from tests.long import at_length
from tests.trial.conftest import spec

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

#: Four slots in two executors: a receiver's and those that are left when one executor is gone.
MASTER = "local-cluster[2,2,1024]"
SETTINGS = Settings(rounds=1, warmup_s=1.0, duration_s=8.0, prelude_cap_s=1.0, tail_s=75.0)


def struck(arm: str, fault: str, folder: Path, master: str = MASTER) -> FaultSeen:
    parsed = parse_arm(arm)
    cell = {"trigger_s": 0.5, "cores": 4, "rate_per_s": 500.0}
    wanted = spec(
        arm=parsed,
        fault=fault,
        path="python" if parsed.engine == "dstream" else "jvm",
        master=master,
        executors=2,
        cell=cell,
        **cell,
    )
    result = run_trial(wanted, SETTINGS, workdir=folder, on_event=lambda event: None)
    log = (folder / "engine.log").read_text()[-3000:]
    assert result.fault is not None, (result.status, result.reasons, log)
    assert [what for what in marked() if what.token.startswith(f"{os.getpid()}-")] == []
    return result.fault


def test_a_stream_outlives_the_executor_of_its_receiver(require, tmp_path):
    require("java")
    seen = struck("dstream", "kill-receiver:at=4s", tmp_path)
    assert seen.came_back, seen.ended_by
    assert seen.unsent_records == 0
    # The receiver starts anew on the other executor and connects again.
    assert seen.outage_s is not None
    assert seen.outage_s > 0.5


@at_length
@pytest.mark.parametrize("arm", ["dstream", "structured"])
def test_a_stream_outlives_another_executor(require, tmp_path, arm):
    require("java")
    seen = struck(arm, "kill-executor:at=4s", tmp_path)
    assert seen.came_back, seen.ended_by
    assert seen.unsent_records == seen.lost_records == 0


@at_length
@pytest.mark.parametrize("arm", ["dstream", "structured"])
def test_a_stream_outlives_a_worker_and_the_next_trial_has_all_again(
    require, monkeypatch, tmp_path, arm
):
    require("java")
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    cluster = lifecycle.up(2, 2, "1g")
    try:
        for number in (1, 2):
            folder = tmp_path / str(number)
            folder.mkdir()
            seen = struck(arm, "kill-worker:at=4s", folder, cluster.master)
            assert seen.came_back, seen.ended_by
            assert seen.unsent_records == 0
            assert len(worker_pids()) == 1
    finally:
        lifecycle.down()
