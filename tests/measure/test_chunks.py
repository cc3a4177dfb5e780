"""Records that become visible one by one: as text, by batch, and what is measured of them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.measure.backlog import sample_backlog
from bench.measure.chunks import of_batch, visible_s, visible_steps
from bench.measure.cohort import Window
from bench.measure.latency import latency
from bench.measure.throughput import throughput_per_s
from bench.results.chunks import NONE, decode, encode
from bench.trial.rows import RowTimes

T0 = 1_700_000_000.0
RATE = 1000.0

NUMBERS = st.integers(-(2**40), 2**40)
CHUNKS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS, st.integers(0, 2**52)), max_size=50)


@dataclass(frozen=True)
class Even:
    """Record i is due after i / RATE seconds."""

    def times(self, first, count, /):
        return np.arange(first, first + count) / RATE

    def count_before(self, t_s, /):
        return max(0, int(np.ceil(t_s * RATE - 1e-9)))


@dataclass(frozen=True)
class OneBatch:
    batch_id: int
    ranges: tuple
    started: float
    visible: float
    chunks: str = ""
    failure: str | None = None
    phases: dict = field(default_factory=dict)
    processed_records: int | None = None
    processed_bytes: int | None = None

    @property
    def planned_start(self):
        return self.started

    @property
    def finished(self):
        return self.visible


def rows_of(*chunks):
    return np.array(chunks, dtype=np.int64).reshape(-1, 4)


def a_batch(number, first, count, late_s, *, chunk=1):
    """Records of one stream, each visible ``late_s`` after it was due."""
    starts = np.arange(first, first + count, chunk)
    ends = np.minimum(starts + chunk, first + count)
    at_us = np.round((T0 + (ends - 1) / RATE + late_s) * 1e6).astype(np.int64)
    chunks = np.column_stack((np.zeros_like(starts), starts, ends - starts, at_us))
    began, ended = T0 + first / RATE, T0 + (first + count) / RATE
    return OneBatch(number, ((0, first, count),), began, ended, encode(chunks))


@given(CHUNKS)
def test_chunks_come_back_from_their_text(chunks):
    assert np.array_equal(decode(encode(rows_of(*chunks))), rows_of(*chunks))


@pytest.mark.parametrize("text", ["x", "eJw=", "AAAA"])
def test_other_text_is_refused_in_one_sentence(text):
    with pytest.raises(ValueError, match="chunks of a batch cannot be read"):
        decode(text)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30), st.data())
def test_batches_share_out_the_chunks_without_loss(sizes, data):
    """Whatever the batches' ends, each record is in one of them, at its time."""
    ends = np.cumsum(sizes)
    chunks = np.column_stack(
        (np.zeros_like(ends), ends - sizes, np.array(sizes), np.arange(len(sizes)) + 1)
    )
    cut = data.draw(st.integers(0, int(ends[-1])))
    parts = [
        of_batch(chunks, 0, [(0, 0, cut)]),
        of_batch(chunks, 1, [(0, cut, int(ends[-1]) - cut)]),
    ]
    seen = {
        int(first) + i: int(at)
        for part in parts
        for _stream, first, count, at in part
        for i in range(count)
    }
    assert seen == {i: int(np.searchsorted(ends, i, side="right")) + 1 for i in range(ends[-1])}


@given(st.integers(1, 5), st.integers(1, 40), st.integers(1, 7))
def test_counted_rows_stand_for_records(rows_each, records, chunk):
    """With n rows a record it is visible with its n-th."""
    rows = rows_each * records
    starts = np.arange(0, rows, chunk)
    counts = np.minimum(chunk, rows - starts)
    made = of_batch(
        np.column_stack((np.full(len(starts), -4), starts, counts, starts + counts)),
        3,
        [(0, 100, records), (1, 0, records)],
    )
    for stream, first in ((0, 100), (1, 0)):
        mine = made[made[:, 0] == stream]
        assert mine[0, 1] == first
        assert mine[:, 2].sum() == records
        for _stream, start, count, at in mine:
            assert (start + count - first) * rows_each <= at
    assert len(of_batch(made, 3, [(2, 0, 5)])) == 0


def test_latency_is_that_of_each_record():
    window = Window(T0, 1.0, 9.0, 0.001)
    batches = [a_batch(0, 0, 5000, 0.002), a_batch(1, 5000, 5000, 0.004)]
    seen = latency(batches, [Even()], window)
    assert seen.gross.n == 8000
    assert seen.gross.p50 == pytest.approx(0.003, abs=0.0011)
    assert (seen.gross.p90, seen.gross.max) == pytest.approx((0.004, 0.004), abs=2e-6)
    whole = [replace(batch, chunks="") for batch in batches]
    assert latency(whole, [Even()], window).gross.p50 > 2.0


def test_a_pause_between_two_batches_is_the_tail():
    """All records due within it become visible together, at its end."""
    first, second = a_batch(0, 0, 5000, 0.001), a_batch(1, 5200, 4800, 0.001)
    at = round((T0 + 5.2) * 1e6)
    chunks = np.concatenate([rows_of((0, 5000, 200, at)), decode(second.chunks)])
    second = replace(second, ranges=((0, 5000, 5000),), chunks=encode(chunks))
    seen = latency([first, second], [Even()], Window(T0, 0.0, 10.0, 0.001))
    assert seen.gross.p50 == pytest.approx(0.001, abs=1e-5)
    assert seen.gross.p99 == pytest.approx(0.1, abs=0.01)
    assert seen.gross.max == pytest.approx(0.2, abs=1e-5)


def test_backlog_and_throughput_go_by_records_not_by_batches():
    window = Window(T0, 1.0, 9.0, 0.001)
    batches = [a_batch(0, 0, 5000, 0.002, chunk=3), a_batch(1, 5000, 5000, 0.002)]
    samples = sample_backlog(batches, [Even()], window)
    assert len(samples.at_s) == 15
    assert samples.records.max() <= 6
    assert samples.age_s.max() < 0.01
    assert throughput_per_s(batches, window) == pytest.approx(RATE, rel=0.001)
    slow = [replace(a_batch(0, 0, 4000, 0.0), visible=T0 + 12.0)]
    grown = sample_backlog(slow, [Even()], window)
    assert grown.age_s[-1] > grown.age_s[0] + 3


def test_a_record_of_which_no_chunk_speaks_was_visible_when_its_batch_was():
    batch = OneBatch(0, ((0, 0, 3),), T0, T0 + 5.0, encode(rows_of((0, 0, 2, round(T0 * 1e6) + 7))))
    assert visible_s(batch, 0, 0, 3, T0) == pytest.approx([7e-6, 7e-6, 5.0], abs=1e-6)
    assert visible_s(replace(batch, chunks=""), 0, 0, 3, T0) == 5.0


def test_failed_batches_show_nothing():
    batch = replace(a_batch(0, 0, 10, 0.0), failure="gone")
    assert np.array_equal(visible_steps([batch]), NONE)


def test_the_file_is_read_while_it_grows(tmp_path):
    path = tmp_path / "chunks"
    rows = RowTimes(path)
    assert rows.ends(2) == [0, 0]
    whole = rows_of((0, 0, 5, 10), (1, 0, 2, 11), (0, 5, 1, 12)).tobytes()
    path.write_bytes(whole[:40])
    assert rows.ends(2) == [5, 0]
    path.write_bytes(whole)
    assert rows.ends(2) == [6, 2]
    (batch,) = rows.given_to([a_batch(7, 0, 1, 0.0)])
    assert decode(batch.chunks).tolist() == [[0, 0, 1, 10]]
