"""A whole trial on the null engine, in health and in sickness."""

from __future__ import annotations

import os
import signal
import time

import psutil
import pytest

from bench.load.timing.schedule import Schedule
from bench.measure.cohort import Window
from bench.measure.latency import latency
from bench.plan.arms import parse_arm
from bench.process.orphans import marked
from bench.results.schema import TrialResult
from bench.trial import measured, run_trial
from tests.tally import survived
from tests.trial.conftest import SETTINGS, spec

#: Whole runs, some seconds each.
pytestmark = pytest.mark.slow


def our_processes() -> list[str]:
    mine = f"{os.getpid()}-"
    return [what.command for what in marked() if what.token.startswith(mine)]


def names(result: TrialResult) -> set[str]:
    return {check.name for check in result.checks if not check.passed}


#: What a busy machine may bring about and these tests do not ask for.
NOISE = {"foreign_cpu", "starved_lag", "steal", "load_average", "backlog_slope", "generator_cpu"}


def test_a_healthy_trial_accounts_for_every_record(trial):
    events = []
    result = trial(events.append)
    assert names(result) <= NOISE | {"warmup_settled"}, result.reasons
    assert result.load is not None
    assert result.conservation is not None
    assert result.window_s is not None
    sent = result.load.sent_records
    assert sent > 2000 * 2.5
    assert result.conservation.received_records == sent
    assert result.conservation.processed_records == sent
    assert result.conservation.processed_bytes == result.load.sent_bytes == sent * 60
    assert result.conservation.missing == result.conservation.duplicated == 0
    phases = [event["name"] for event in events if event["event"] == "phase"]
    assert phases == ["starting", "warm-up", "measuring", "tail", "stopping"]
    assert sum(event["event"] == "batch" for event in events) >= len(result.batches) - 1
    assert our_processes() == []


def test_the_window_is_whole_intervals_with_a_phase_from_the_seed(trial):
    phases = {}
    for seed in (1, 2):
        result = trial(seed=seed)
        assert result.window_s is not None
        first, last = result.window_s
        assert (last - first) / 0.2 == pytest.approx(round((last - first) / 0.2), abs=1e-6)
        assert last - first >= 2.0
        phases[seed] = first / 0.2 % 1
    assert phases[1] != pytest.approx(phases[2], abs=1e-3)


def test_latency_can_be_computed_again_from_what_is_stored(trial):
    stored = TrialResult.model_validate_json(trial().model_dump_json())
    assert stored.load is not None
    assert stored.window_s is not None
    assert stored.latency_s is not None
    window = Window(
        stored.load.t0,
        stored.window_s[0] - stored.load.t0,
        stored.window_s[1] - stored.load.t0,
        0.2,
    )
    schedule = Schedule.from_dict({**stored.load.schedule, "stream": 0})
    again = latency(stored.batches, [schedule], window)
    assert again is not None
    assert again.gross.n == stored.latency_s.gross.n
    assert again.gross.p99 == pytest.approx(stored.latency_s.gross.p99, abs=1e-4)
    # Evenly spread over a trigger of 200 ms and visible at once: half of it, all of it.
    assert again.gross.p50 == pytest.approx(0.1, abs=0.08)
    assert again.net.p50 < again.gross.p50


def test_a_lost_record_voids_the_trial(trial):
    result = trial(conf={"null.lose_record": "3000"})
    assert result.status == "invalid"
    assert "conservation_records" in names(result)


def test_a_failed_batch_fails_the_trial(trial):
    result = trial(conf={"null.fail_batch": "9"})
    assert result.status == "failed"
    assert "failed_batches" in names(result)
    assert result.batches, "what was seen is kept"


def test_an_engine_that_cannot_keep_up_is_saturated(trial):
    # Batches of 0.5 s at a trigger of 0.2 s: all is read in time, but each batch is late.
    result = trial(conf={"null.batch_s": "4"})
    assert result.status != "ok"
    assert names(result) & {"saturation", "backlog_slope", "cohort_visible", "measured_batches"}
    assert result.conservation is not None
    assert result.conservation.duplicated == 0


def test_an_engine_that_hangs_is_ended_by_the_watchdog(trial, monkeypatch):
    monkeypatch.setattr(measured, "START_S", 1.0)
    began = time.monotonic()
    result = trial(conf={"null.hang": "start"})
    assert result.status == "failed"
    assert "did not start within 1 s" in result.reasons[0]
    assert time.monotonic() - began < 30
    assert our_processes() == []


def test_a_stream_that_never_ends_a_batch_is_saturated_not_waited_for(trial):
    result = trial(conf={"null.hang": "batch"})
    # On a busy machine the generator may be late besides, and that would weigh more.
    assert result.status in {"saturated", "invalid"}, result.reasons
    assert "cohort_visible" in names(result)
    assert our_processes() == []


def test_what_the_engine_does_not_support_is_said(trial):
    result = trial(trigger_s=0.0)
    assert result.status == "unsupported"
    assert result.reasons == ["the null engine needs a trigger interval above zero"]


@pytest.mark.parametrize("victim", ["bench.child", "bench.load"])
def test_a_killed_process_is_a_failed_trial_and_leaves_nobody(trial, victim):
    killed = []

    def kill(event) -> None:
        if event == {"event": "phase", "name": "measuring"} and not killed:
            for what in marked():
                if victim in what.command and what.token.startswith(f"{os.getpid()}-"):
                    psutil.Process(what.pid).kill()
                    killed.append(what.pid)

    result = trial(kill)
    assert len(killed) == 1
    assert result.status == "failed"
    assert "ended" in result.reasons[0]
    assert our_processes() == []
    survived(
        {"bench.child": "trial's process killed", "bench.load": "load generator killed"}[victim],
        result.status,
    )


def test_the_end_of_the_generator_is_told_before_what_the_engine_makes_of_it(trial, monkeypatch):
    def kill(stream, options):
        os.kill(stream._load.pid, signal.SIGKILL)
        # Until it is gone; its exit code stays for the one who started it.
        os.waitid(os.P_PID, stream._load.pid, os.WEXITED | os.WNOWAIT)
        return options

    monkeypatch.setattr(measured.MeasuredStream, "_prepare", kill)
    result = trial()
    assert result.status == "failed"
    assert result.reasons[0].startswith("the load generator has ended with exit code -9")
    assert "refused" in result.reasons[0]


def test_an_interruption_passes_and_leaves_nobody(tmp_path):
    def interrupt(event) -> None:
        if event == {"event": "phase", "name": "warm-up"}:
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        run_trial(spec(), SETTINGS, workdir=tmp_path, on_event=interrupt)
    assert our_processes() == []


def test_the_console_witness_agrees_with_the_listener(trial):
    result = trial(sink="console")
    assert result.witness is not None
    assert result.witness.batches > 5
    # The null engine prints before it calls its batch visible.
    assert abs(result.witness.p50) < 0.05
    assert result.status != "failed"


def test_an_unknown_arm_is_not_imported():
    with pytest.raises(Exception, match="flink"):
        parse_arm("flink")
