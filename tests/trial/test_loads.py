"""Every kind of load through whole trials on the null engine, and computed again from storage."""

from __future__ import annotations

import pytest

from bench.load.timing.stored import schedules_of
from bench.measure.cohort import Window, cohort_records
from bench.measure.latency import latency
from bench.results.schema import TrialResult
from tests.trial.test_run import NOISE, names

#: Whole trials, some seconds each.
pytestmark = pytest.mark.slow

#: A shape of each kind that does something within the window, 0.5 s to 2.5 s after the start.
SHAPES = (
    "constant",
    "poisson",
    "ramp:to=4,over=2s",
    "steps:factors=1/3/2,each=1s",
    "burst:factor=8,at=1s,for=400ms",
    "bursts:factor=5,every=1s,for=200ms",
    "sine:amplitude=0.8,period=1s,poisson=yes",
)

#: Batch times of microseconds have trends nobody asks for.
QUIET = NOISE | {"warmup_settled", "delivered_load"}


def check_conserved(result: TrialResult) -> None:
    assert names(result) <= QUIET, result.reasons
    assert result.status != "failed"
    sent = result.load.sent_records
    assert sent > 0
    assert result.conservation.received_records == result.conservation.processed_records == sent
    assert result.conservation.processed_bytes == result.load.sent_bytes
    assert (result.conservation.missing, result.conservation.duplicated) == (0, 0)


def check_computed_again(result: TrialResult) -> None:
    stored = TrialResult.model_validate_json(result.model_dump_json())
    t0 = stored.load.t0
    assert stored.window_s is not None
    window = Window(t0, stored.window_s[0] - t0, stored.window_s[1] - t0, stored.trial.trigger_s)
    schedules = schedules_of(stored.load.schedule)
    assert len(schedules) == stored.trial.streams
    # A record on the very edge may change sides with the last bit of a Unix time.
    within = cohort_records(schedules, window)
    assert within == pytest.approx(stored.load.offered_per_s * window.length_s, abs=2)
    again = latency(stored.batches, schedules, window)
    assert again.gross.n == pytest.approx(stored.latency_s.gross.n, abs=2)
    assert again.gross.p50 == pytest.approx(stored.latency_s.gross.p50, abs=1e-3)
    assert again.gross.max == pytest.approx(stored.latency_s.gross.max, abs=2e-3)


@pytest.mark.parametrize("arrivals", SHAPES)
def test_a_load_of_every_shape_over_two_streams(trial, arrivals):
    result = trial(arrivals=arrivals, streams=2)
    check_conserved(result)
    check_computed_again(result)
    assert result.trial.arrivals == arrivals
    by_stream = [0, 0]
    for batch in result.batches:
        for stream, first, records in batch.ranges:
            assert first == by_stream[stream]
            by_stream[stream] += records
    assert sum(by_stream) == result.load.sent_records
    assert min(by_stream) > 0.4 * sum(by_stream)


def test_as_many_streams_as_there_may_be(trial):
    result = trial(streams=16)
    check_conserved(result)
    assert {stream for batch in result.batches for stream, _f, _n in batch.ranges} == set(range(16))


def test_a_file_at_the_pace_of_its_own_timestamps(trial, tmp_path):
    path = tmp_path / "lines.log"
    # A clump and a gap in each second, as files have them.
    times = [second + k / 1000 for second in range(3) for k in range(300)]
    path.write_text("".join(f"{1_700_000_000 + t:.3f} line {t:.3f}\n" for t in times))
    result = trial(replay=str(path), replay_speed=2.0, streams=2, rate_per_s=780.0)
    check_conserved(result)
    path.unlink()
    check_computed_again(result)
    assert result.trial.arrivals == "replay:speed=2"
    assert result.trial.payload == str(path)
    assert result.load.payload["lines"] == 900
    assert result.load.schedule["sha256"] == result.load.payload["sha256"] != ""


def test_a_file_at_a_rate(trial, tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("one\ntwo\nthree\n")
    result = trial(replay=str(path), arrivals="poisson")
    check_conserved(result)
    check_computed_again(result)
    sent = result.load.sent_records
    assert result.load.sent_bytes == pytest.approx(sent * 11 / 3, abs=8)


def test_a_file_that_is_gone_fails_the_trial_in_a_sentence(trial, tmp_path):
    result = trial(replay=str(tmp_path / "gone.log"))
    assert result.status == "failed"
    assert "there is no such file" in result.reasons[0]


def test_keys_skew_and_sizes_reach_the_lines(trial):
    result = trial(keys=50, skew=1.0, payload_spread=0.5, payload_bytes=80)
    check_conserved(result)
    assert result.trial.payload == "80,spread=0.5,keys=50,skew=1"
    sent = result.load.sent_records
    # The sizes differ, so their sum is not a multiple; its mean has a standard error of 0.3.
    assert result.load.sent_bytes != sent * 80
    assert result.load.sent_bytes / sent == pytest.approx(80, abs=2)
    assert result.load.payload["keys"] == 50


def test_the_environment_tells_where_checkpoints_would_lie(trial):
    extra = trial().environment.extra
    assert "checkpoint_file_system" in extra
    assert extra["load_average_before"] >= 0
