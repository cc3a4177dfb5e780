"""The split of the send lag, against a record-by-record reference."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load.sending.lag import LagReport, SendLog, lag_between
from bench.load.timing.arrivals import Arrivals
from bench.load.timing.schedule import Schedule


def played(rate, delays, spells):
    """A log of chunks sent after their last record was due, and what each record's lags were."""
    schedule = Schedule(Arrivals(), rate, 0)
    log, first, now, due, at = SendLog(), 0, 0.0, [], []
    for start, length in spells:
        log.blocked(start, start + length)
    for count, delay in delays:
        now = max(now, schedule.time(first + count - 1)) + delay
        log.sent(first, count, now)
        due += schedule.times(first, count).tolist()
        at += [now] * count
        first += count
    return schedule, log, np.array(due), np.array(at)


def overlap(spells, from_s, to_s):
    return sum(max(min(s + n, to_s) - max(s, from_s), 0) for s, n in spells)


chunks = st.lists(st.tuples(st.integers(1, 40), st.floats(0, 0.5)), min_size=1, max_size=20)
gaps = st.lists(st.tuples(st.floats(0.01, 0.5), st.floats(0.01, 0.5)), max_size=8)


@given(chunks, gaps, st.floats(0, 2), st.floats(0.1, 3))
def test_lag_is_that_of_each_record(delays, pauses, from_s, length_s):
    spells, at_s = [], 0.0
    for pause, length in pauses:
        spells.append((at_s + pause, length))
        at_s += pause + length
    schedule, log, due, at = played(100.0, delays, spells)
    report = lag_between([(schedule, log)], from_s, from_s + length_s)
    inside = (due >= from_s) & (due < from_s + length_s)
    total = (at - due)[inside]
    blocked = np.array([overlap(spells, d, a) for d, a in zip(due, at, strict=True)])[inside]
    assert report.n == len(total)
    intended = schedule.count_before(from_s + length_s) - schedule.count_before(from_s)
    assert report.n + report.undelivered == intended
    assert report.offered_per_s == pytest.approx(intended / length_s)
    arrived = np.sum((at >= from_s) & (at < from_s + length_s))
    assert report.delivered_per_s == pytest.approx(arrived / length_s)
    if len(total):
        for spread, values in (
            (report.total_s, total),
            (report.blocked_s, blocked),
            (report.starved_s, total - blocked),
        ):
            wanted = [*np.percentile(values, (50, 99)), values.max()]
            assert [spread.p50, spread.p99, spread.max] == pytest.approx(wanted, abs=1e-9)


def test_streams_are_pooled_and_strides_stated():
    first, second = (played(1000.0, [(500, delay)] * 4, []) for delay in (0.0, 0.1))
    both = [(first[0], first[1]), (second[0], second[1])]
    report = lag_between(both, 0, 2)
    lags = np.concatenate((first[3] - first[2], second[3] - second[2]))
    assert report.total_s.p99 == pytest.approx(np.percentile(lags, 99))
    sampled = lag_between(both, 0, 2, max_records=1000)
    assert (sampled.stride, sampled.n) == (4, report.n)
    assert sampled.total_s.p50 == pytest.approx(report.total_s.p50, abs=0.005)
    assert LagReport.from_dict(report.to_dict()) == report


def test_a_bounded_log_keeps_the_latest():
    schedule, log = Schedule(Arrivals(), 1000.0, 0), SendLog(limit=10)
    for chunk in range(100):
        log.blocked(chunk * 0.01, chunk * 0.01 + 0.004)
        log.sent(chunk * 10, 10, (chunk + 1) * 0.01)
    assert log.delivered == 1000
    assert log.oldest > 0
    assert log.blocked_s == pytest.approx(0.4)
    report = lag_between([(schedule, log)], 0.0, 1.0)
    assert report.n == 1000 - log.oldest
    assert report.total_s.max == pytest.approx(0.01)


def test_an_empty_window():
    schedule, log, *_ = played(10.0, [(5, 0.0)], [])
    assert lag_between([(schedule, log)], 100, 101).n == 0
    with pytest.raises(ValueError, match="window"):
        lag_between([(schedule, log)], 1, 1)
