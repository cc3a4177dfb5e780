"""Two connections through whole trials of both engines, on equal CPUs."""

from __future__ import annotations

import pytest

from bench.load.timing.stored import schedules_of
from bench.measure.ranges import range_breaks
from bench.plan.arms import parse_arm
from bench.plan.spec import Settings
from bench.trial import run_trial
from tests.trial.conftest import spec

pytestmark = pytest.mark.slow

#: Nothing is ranked here, so nothing needs to settle.
SETTINGS = Settings(rounds=1, warmup_s=1.0, duration_s=4.0, prelude_cap_s=1.0, tail_s=30.0)


@pytest.mark.parametrize(("arm", "slots"), [("dstream", 3), ("structured", 1)])
def test_two_streams_are_tied_to_their_ranges_on_one_cpu(require, tmp_path, arm, slots):
    require("java")
    parsed = parse_arm(arm)
    # Poisson: the streams differ in number, so that one taken for the other would be noticed.
    wanted = spec(
        arm=parsed,
        path="python" if arm == "dstream" else "jvm",
        streams=2,
        equal="cpus",
        arrivals="poisson",
        trigger_s=0.5,
        rate_per_s=1000.0,
    )
    result = run_trial(wanted, SETTINGS, workdir=tmp_path, on_event=lambda event: None)
    assert result.status not in {"failed", "unsupported"}, result.reasons
    assert result.trial.slots == slots
    sent = result.load.sent_records
    assert result.conservation.received_records == result.conservation.processed_records == sent
    assert result.conservation.processed_bytes == result.load.sent_bytes == sent * 60
    assert (result.conservation.missing, result.conservation.duplicated) == (0, 0)
    assert range_breaks(result.batches) == []
    assert result.latency_s.gross.negative == 0
    assert 0.1 < result.latency_s.gross.p50 < 15
    t0 = result.load.t0
    for stream, schedule in enumerate(schedules_of(result.load.schedule)):
        ends = [
            (batch.visible, first + records)
            for batch in result.batches
            for number, first, records in batch.ranges
            if number == stream and records
        ]
        assert ends
        # Never more than was due by then: the ranges are those of this stream.
        assert all(end <= schedule.count_before(at - t0) for at, end in ends)
