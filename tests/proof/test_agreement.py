"""Range latency against the truth, on streams whose truth is made up."""

from __future__ import annotations

from array import array
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.contract.truth import TruthBatch
from bench.load.content.lines import PayloadLines
from bench.load.content.payload import Payload
from bench.load.timing.arrivals import parse_arrivals
from bench.load.timing.schedule import Schedule
from bench.measure.cohort import Window
from scripts.proof.agreement import Agreement, agreement, mapping_mismatches

T0 = 1_700_000_000.25
RATE = 100.0
WINDOW = Window(t0=T0, start_s=1.0, end_s=5.0, trigger_s=1.0)
SCHEDULES = [Schedule(parse_arrivals("constant"), RATE, 1, k, 2) for k in range(2)]


def batch(tick: int, visible_s: float, first: int, count: int) -> BatchRecord:
    at = T0 + tick
    ranges = tuple((stream, first, count) for stream in range(2))
    return BatchRecord(tick, ranges, at, at, T0 + visible_s, T0 + visible_s, {})


def truth_of(record: BatchRecord, late_s: float = 0.0) -> TruthBatch:
    """What the sink would have written, had the action returned ``late_s`` before the listener."""
    marks = array("q")
    for stream, first, count in record.ranges:
        lines = PayloadLines(Payload(stamp=True), 1, stream, T0, SCHEDULES[stream])
        for text in lines.block(first, count).decode().splitlines():
            sequence, stamp, _filler = text.split(" ", 2)
            marks.extend([int(sequence), int(stamp)])
    return TruthBatch(record.batch_id, round((record.visible - late_s) * 1e6), marks)


@pytest.fixture
def batches() -> list[BatchRecord]:
    return [batch(k + 1, k + 1.3, 50 * k, 50) for k in range(6)]


def judge(batches, truth) -> Agreement:
    return agreement(batches, truth, SCHEDULES, WINDOW)


def test_both_methods_agree_on_the_same_stream(batches):
    found = judge(batches, [truth_of(record) for record in batches])
    assert found.problems == []
    assert found.records == 400
    assert found.range_p50_s == pytest.approx(found.truth_p50_s, abs=1e-5)
    assert found.range_p99_s == pytest.approx(found.truth_p99_s, abs=1e-5)
    assert abs(found.late_p50_s) < 1e-5


@given(st.floats(-0.2, 0.2))
def test_a_listener_that_is_late_shows_in_full(late_s):
    batches = [batch(k + 1, k + 1.5, 50 * k, 50) for k in range(6)]
    found = judge(batches, [truth_of(record, late_s) for record in batches])
    assert found.p50_off_s == pytest.approx(late_s, abs=1e-5)
    assert found.p99_off_s == pytest.approx(late_s, abs=1e-5)
    assert found.late_max_s == pytest.approx(abs(late_s), abs=1e-5)
    assert ("p50" in found.problems) == (abs(found.p50_off_s) > 0.010)
    assert ("p99" in found.problems) == (
        abs(found.p99_off_s) > max(0.020, 0.05 * found.truth_p99_s)
    )


def test_a_record_in_another_batch_counts_once_for_each_batch_it_is_wrong_in(batches):
    truth = [truth_of(record) for record in batches]
    moved = list(batches)
    moved[2] = replace(batches[2], ranges=((0, 100, 49), (1, 100, 50)))
    moved[3] = replace(batches[3], ranges=((0, 149, 51), (1, 150, 50)))
    assert mapping_mismatches(moved, truth) == 2
    assert "mapping" in judge(moved, truth).problems


def test_lost_repeated_and_unknown_records_are_mismatches(batches):
    truth = [truth_of(record) for record in batches]
    assert mapping_mismatches(batches, truth) == 0
    assert mapping_mismatches(batches, truth[:-1]) == 100
    assert mapping_mismatches(batches[:-1], truth) == 100
    assert mapping_mismatches(batches, [*truth, truth[0]]) == 100


def test_a_stamp_that_is_not_the_schedules_is_found(batches):
    truth = [truth_of(record) for record in batches]
    truth[1].marks[1] += 5
    found = judge(batches, truth)
    assert found.stamps_off == 1
    assert found.problems == ["stamps"]


def test_the_future_is_a_problem(batches):
    early = [replace(record, visible=record.visible - 1.0) for record in batches]
    found = judge(early, [truth_of(record) for record in early])
    assert found.problems == ["negative"]
    assert found.negative > 0


def test_nothing_seen_is_said(batches):
    with pytest.raises(ValueError, match="no record of the window"):
        judge([], [])


def test_quantiles_are_those_of_all_records(batches):
    truth = [truth_of(record) for record in batches]
    stamps = np.concatenate([np.array(b.marks[1::2]) for b in truth]) / 1e6
    returned = np.repeat([b.returned_us / 1e6 for b in truth], 100)
    inside = (stamps >= T0 + 1.0 - 1e-9) & (stamps < T0 + 5.0 - 1e-9)
    expected = np.quantile((returned - stamps)[inside], [0.5, 0.99])
    found = judge(batches, truth)
    assert [found.truth_p50_s, found.truth_p99_s] == pytest.approx(list(expected), abs=1e-5)
