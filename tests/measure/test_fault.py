"""What a fault did, from made-up streams of which everything is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.load.timing.arrivals import Arrivals
from bench.load.timing.schedule import Schedule
from bench.measure.cohort import Window
from bench.measure.fault import Strike, fault_seen
from bench.measure.first_seen import first_seen, ranges_of_numbers

T0, RATE, TRIGGER = 1_000_000.0, 100.0, 1.0
SCHEDULE = Schedule(Arrivals(), RATE, 1)
WINDOW = Window(T0, 5.0, 35.0, TRIGGER)
STRUCK = 15.5


def batch(number: int, visible: float, *ranges: tuple[int, int, int]) -> BatchRecord:
    return BatchRecord(
        batch_id=number,
        ranges=ranges,
        planned_start=visible - 0.2,
        started=visible - 0.2,
        visible=visible,
        finished=visible,
        phases={},
    )


def stream(silent: tuple[float, float] | None = None, until: float = 40.0) -> list[BatchRecord]:
    """A batch a second, visible 0.2 s after its tick; none while silent, then all at once."""
    found, done = [], 0
    for tick in np.arange(1.0, until + 1):
        if silent is not None and silent[0] <= tick < silent[1]:
            continue
        upto = SCHEDULE.count_before(float(tick))
        found.append(batch(int(tick), T0 + tick + 0.2, (0, done, upto - done)))
        done = upto
    return found


def strike(kind: str = "stall", ended: float = STRUCK) -> Strike:
    record = SCHEDULE.count_before(STRUCK)
    return Strike(kind, T0 + STRUCK, (record,), T0 + STRUCK, T0 + ended, T0 + 40.0)


def seen(batches, sent=None, how=None):
    count = SCHEDULE.count_before(40.0) if sent is None else sent
    return fault_seen(first_seen(batches, [count]), [SCHEDULE], WINDOW, how or strike())


def test_a_stream_that_nothing_happened_to_shows_an_outage_of_a_trigger():
    found = seen(stream())
    assert found.came_back
    assert found.outage_s == pytest.approx(1.0)
    assert found.backlog_gone_s == 0.0
    assert (found.lost_records, found.repeated_records, found.pending_records) == (0, 0, 0)
    assert found.before is not None
    assert found.before.p99 == pytest.approx(1.19, abs=0.02)
    assert found.after is not None
    assert found.after.n == (35 - 15.5) * RATE


@given(st.integers(1, 12))
def test_an_outage_is_as_long_as_nothing_came_and_the_backlog_goes_with_its_end(gap):
    found = seen(stream((16.0, 16.0 + gap)), how=strike(ended=STRUCK + gap))
    # Visible at 15.2, then at 16.2 + gap.
    assert found.outage_s == pytest.approx(1.0 + gap)
    if gap >= 2:
        assert found.backlog_gone_s == pytest.approx(16.2 + gap - STRUCK)
        assert found.during is not None
        assert found.during.max == pytest.approx(16.2 + gap - STRUCK, abs=0.02)
    assert found.lost_records == 0


def test_what_comes_out_after_the_load_has_ended_is_no_backlog():
    # Everything from the fault on at once, 5 s after the last record was due.
    kept = [one for one in stream() if one.visible < T0 + STRUCK]
    done = sum(one.records for one in kept)
    found = seen([*kept, batch(99, T0 + 45.0, (0, done, 4000 - done))])
    assert found.came_back
    assert found.backlog_gone_s == pytest.approx(45.0 - STRUCK)


def test_what_never_comes_back_has_no_outage_to_compare():
    found = seen([one for one in stream() if one.visible < T0 + STRUCK])
    assert not found.came_back
    assert found.outage_s is None
    assert found.backlog_gone_s is None
    assert found.lost_records == 0
    assert found.pending_records == 25 * RATE
    assert found.after is None


def test_a_source_nobody_reads_any_more_leaves_records_unsent():
    found = seen([one for one in stream() if one.visible < T0 + 16], sent=1500)
    assert found.unsent_records == 2500
    assert found.pending_records == 0


@given(st.integers(0, 3400), st.integers(1, 300), st.integers(0, 3400), st.integers(1, 300))
def test_records_lost_and_repeated_are_counted_each_once(lost, n_lost, twice, n_twice):
    keep = np.setdiff1d(np.arange(4000), np.arange(lost, lost + n_lost))
    again = np.intersect1d(keep, np.arange(twice, twice + n_twice))
    batches = [
        replace(one, ranges=ranges_of_numbers(keep[(keep >= f) & (keep < f + n)], 10**10))
        for one in stream()
        for _s, f, n in one.ranges
    ]
    batches += [batch(n, T0 + 39.9 + n / 100, *ranges_of_numbers(again, 10**10)) for n in (1, 2)]
    found = seen(batches)
    assert found.lost_records == n_lost
    assert found.repeated_records == len(again)


@given(st.lists(st.integers(0, 300), max_size=120))
def test_ranges_hold_exactly_the_numbers_given(given_):
    numbers = [10**10 * (one % 3) + one for one in given_]
    ranges = ranges_of_numbers(np.array(numbers, dtype=np.int64), 10**10)
    back = [10**10 * s + i for s, first, n in ranges for i in range(first, first + n)]
    assert sorted(back) == sorted(numbers)


def test_a_record_counts_when_it_is_first_visible_and_failed_batches_do_not():
    late, early = batch(1, 20.0, (0, 0, 10)), batch(2, 10.0, (0, 5, 10))
    failed = replace(batch(3, 5.0, (0, 0, 15)), failure="no")
    found = first_seen([late, failed, early], [20])
    assert found.at[0].tolist() == [20.0] * 5 + [10.0] * 10 + [np.inf] * 5
    assert [one.ranges for one in found.batches] == [((0, 5, 10),), ((0, 0, 5),)]
    assert found.repeated == 5
    assert first_seen([batch(1, 1.0, (0, 5, 10), (7, 0, 3))], [8]).unknown == 10
