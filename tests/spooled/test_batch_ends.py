"""Where batches end and what their tasks read, against plain slices of the stream."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from structured.spooled.admission import admit_bytes, admit_records, nth_line_end
from structured.spooled.partitions import plan_pieces
from structured.spooled.segments import Mark
from structured.spooled.spool import Spool

LINE = st.one_of(st.integers(0, 12), st.sampled_from([5000, 70_000])).map(
    lambda size: b"x" * size + b"\n"
)
#: What each write of a receiver brought.
WRITES = st.lists(st.lists(LINE, min_size=1, max_size=6), min_size=1, max_size=8)


@contextmanager
def spool_of(writes, file_bytes):
    with tempfile.TemporaryDirectory() as scratch:
        spool = Spool(Path(scratch), file_bytes=file_bytes, max_bytes=1 << 30)
        for lines in writes:
            spool.append(b"".join(lines), len(lines))
        yield spool, [line for lines in writes for line in lines]
        spool.close()


def marks(lines):
    """Every place between two lines."""
    found = [Mark(0, 0)]
    for line in lines:
        found.append(Mark(found[-1].position + len(line), found[-1].records + 1))
    return found


@given(WRITES, st.integers(1, 100_000), st.data())
def test_a_batch_holds_as_many_records_as_are_admitted(writes, file_bytes, data):
    with spool_of(writes, file_bytes) as (spool, lines):
        places = marks(lines)
        start = data.draw(st.sampled_from(places))
        most = data.draw(st.integers(1, len(lines) + 2))
        wanted = places[min(start.records + most, len(lines))]
        assert admit_records(spool, start, most) == wanted


@given(WRITES, st.integers(1, 100_000), st.data())
def test_a_batch_holds_as_many_bytes_as_are_admitted_and_a_line_at_least(writes, file_bytes, data):
    with spool_of(writes, file_bytes) as (spool, lines):
        places = marks(lines)
        start = data.draw(st.sampled_from(places))
        most = data.draw(st.integers(1, places[-1].position + 10))
        fitting = [p for p in places if start <= p and p.position - start.position <= most]
        wanted = fitting[-1]
        if wanted == start and start.records < len(lines):
            wanted = places[start.records + 1]
        assert admit_bytes(spool, start, most) == wanted


@given(WRITES, st.integers(1, 100_000), st.integers(1, 60_000), st.data())
def test_tasks_read_every_line_of_the_batch_once_and_in_order(writes, file_bytes, target, data):
    with spool_of(writes, file_bytes) as (spool, lines):
        places = marks(lines)
        start = data.draw(st.sampled_from(places))
        end = data.draw(st.sampled_from(places[start.records :]))
        tasks = plan_pieces(spool, start.position, end.position, target)
        read = [b"".join(_bytes(spool.folder, task)) for task in tasks]
        assert b"".join(read) == b"".join(lines[start.records : end.records])
        assert all(part.endswith(b"\n") for part in read)
        size = end.position - start.position
        longest = max(map(len, lines))
        assert len(tasks) <= -(-size // target) if size else not tasks
        assert all(len(part) <= target + longest for part in read)


def _bytes(folder, task):
    for piece in task:
        with (folder / piece.name).open("rb") as file:
            file.seek(piece.first)
            yield file.read(piece.past - piece.first)


def test_an_even_batch_is_shared_out_evenly():
    with spool_of([[b"x" * 99 + b"\n"] * 1000] * 10, 64_000) as (spool, _lines):
        tasks = plan_pieces(spool, 0, spool.end.position, 300_000)
        sizes = [sum(piece.past - piece.first for piece in task) for task in tasks]
        assert len(sizes) == 4
        assert max(sizes) - min(sizes) <= 200


@given(st.lists(st.integers(0, 9000), min_size=1, max_size=30), st.data())
def test_the_nth_line_end(sizes, data):
    block = b"".join(b"x" * size + b"\n" for size in sizes)
    number = data.draw(st.integers(1, len(sizes)))
    assert nth_line_end(block, number) == sum(size + 1 for size in sizes[:number])
