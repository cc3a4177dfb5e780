from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.contract import BatchRecord
from bench.measure.conservation import conserve
from bench.measure.ranges import covered, merge, range_breaks

from .synthetic import T0, batch


@st.composite
def splits(draw: st.DrawFn) -> tuple[list[int], list[BatchRecord]]:
    """Any split of any number of records of up to three streams into batches."""
    sent = draw(st.lists(st.integers(0, 50), min_size=1, max_size=3))
    done = [0] * len(sent)
    batches: list[BatchRecord] = []
    while done != sent:
        ranges = []
        for k in range(len(sent)):
            count = draw(st.integers(0, sent[k] - done[k]))
            if len(batches) > 6:
                count = sent[k] - done[k]
            if count or draw(st.booleans()):
                ranges.append((k, done[k], count))
            done[k] += count
        batches.append(batch(len(batches), ranges, T0 + len(batches)))
    return sent, batches


@given(splits())
def test_conservation_holds_under_any_split(split: tuple[list[int], list[BatchRecord]]) -> None:
    sent, batches = split
    account = conserve(batches, sent, 100 * sum(sent))
    assert account.received_records == account.sent_records == sum(sent)
    assert (account.missing, account.duplicated) == (0, 0)
    if batches:
        assert account.processed_records == sum(sent)
        assert account.processed_bytes == account.sent_bytes
    assert range_breaks(batches) == []


ANY_RANGES = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 9)))


@given(ANY_RANGES, st.lists(st.integers(0, 40), min_size=1, max_size=3))
def test_every_sent_record_is_accounted_for(
    ranges: list[tuple[int, int, int]], sent: list[int]
) -> None:
    """Against a count of every record by itself."""
    batches = [batch(i, [r], T0 + i) for i, r in enumerate(ranges)]
    account = conserve(batches, sent, 0)
    times: dict[tuple[int, int], int] = {}
    for stream, first, count in ranges:
        for record in range(first, first + count):
            times[stream, record] = times.get((stream, record), 0) + 1
    real = {(k, i) for k, n in enumerate(sent) for i in range(n)}
    assert account.missing == len(real - set(times))
    assert account.duplicated == sum(n - (key in real) for key, n in times.items())
    total = account.received_records - account.duplicated + account.holes + account.unread
    assert total == account.sent_records


@given(ANY_RANGES, st.integers(0, 20), st.integers(0, 20))
def test_merging_keeps_the_set(ranges: list[tuple[int, int, int]], low: int, size: int) -> None:
    spans = merge(ranges).get(0, [])
    records = {i for s, f, n in ranges if s == 0 for i in range(f, f + n)}
    assert {i for first, stop in spans for i in range(first, stop)} == records
    assert all(a[1] < b[0] for a, b in pairwise(spans))
    assert covered(spans, low, low + size) == len(records & set(range(low, low + size)))


def test_a_gap_is_missing_and_an_overlap_is_duplicated() -> None:
    batches = [
        batch(0, [(0, 0, 10)], T0),
        batch(1, [(0, 12, 10)], T0 + 1),
        batch(2, [(0, 20, 5)], T0 + 2),
    ]
    account = conserve(batches, [30], 3000)
    assert (account.holes, account.unread, account.duplicated) == (2, 5, 2)
    assert [(b.batch_id, b.expected, b.first) for b in range_breaks(batches)] == [
        (1, 10, 12),
        (2, 22, 20),
    ]


def test_a_failed_batch_received_but_processed_nothing() -> None:
    batches = [batch(0, [(0, 0, 10)], T0), batch(1, [(0, 10, 5)], T0 + 1, failure="lost block")]
    account = conserve(batches, [15], 1500)
    assert (account.received_records, account.processed_records) == (15, 10)
    assert account.processed_bytes == 1000


@pytest.mark.parametrize(("counting", "processed"), [(True, 10), (False, None)])
def test_a_sink_that_does_not_count_is_told_from_one_that_counts_nothing(
    counting: bool, processed: int | None
) -> None:
    batches = [
        batch(0, [], T0, processed=False),
        batch(1, [(0, 0, 10)], T0 + 1, processed=counting),
    ]
    assert conserve(batches, [10], 1000).processed_records == processed
