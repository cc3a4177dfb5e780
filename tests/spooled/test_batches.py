"""Record batches against what Java would make of the same bytes."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.verify.expected import lines_of
from bench.verify.inputs import hostile_input, large_input
from structured.spooled import SpoolError
from structured.spooled import batches as batches_module
from structured.spooled.batches import SCHEMA, read_pieces, record_batch
from structured.spooled.framing import Framer
from structured.spooled.partitions import plan_pieces
from structured.spooled.spool import Spool
from tests.spooled.test_framing import feed


def values(batches) -> list[str]:
    return [value for batch in batches for value in batch.column(0).to_pylist()]


def spooled(folder: Path, data: bytes) -> Spool:
    """A spool that received ``data`` over one connection that ended in good order."""
    spool = Spool(folder, file_bytes=300_000, max_bytes=1 << 40)
    framer = Framer(longest=1 << 30)
    for start in range(0, len(data), 50_000):
        lines, count = feed(framer, data[start : start + 50_000])
        if count:
            spool.append(lines, count)
    last = framer.finish()
    if last:
        spool.append(last, 1)
    return spool


@pytest.mark.parametrize("source", [hostile_input(1), hostile_input(2), large_input(1, 20_000)])
@pytest.mark.parametrize("target", [1 << 30, 100_000])
def test_hostile_lines_come_out_as_java_reads_them(tmp_path, source, target):
    spool = spooled(tmp_path, source.data)
    tasks = plan_pieces(spool, 0, spool.end.position, target)
    got = [v for task in tasks for v in values(read_pieces(tmp_path, spool.identity, task))]
    assert got == lines_of(source.data)
    assert spool.end.records == len(got)
    spool.close()


@given(st.lists(st.binary(max_size=12).map(lambda b: b.translate(None, b"\r\n"))))
def test_any_bytes_as_java_decodes_them(lines):
    data = b"".join(line + b"\n" for line in lines)
    assert values([record_batch(data)]) == (lines_of(data) if data else [])


@given(st.lists(st.text().map(lambda t: t.replace("\n", "").replace("\r", ""))))
def test_text_comes_out_as_it_was(lines):
    data = "".join(line + "\n" for line in lines).encode()
    batch = record_batch(data)
    assert values([batch]) == lines
    assert batch.schema == SCHEMA
    batch.validate(full=True)


def test_ignoring_and_refusing_what_is_not_utf_8():
    data = b"good\nb\xffad\ngood\n"
    assert values([record_batch(data, "ignore")]) == ["good", "bad", "good"]
    with pytest.raises(SpoolError, match=r"a line is not UTF-8 .*b'b\\xffad'"):
        record_batch(data, "strict")
    assert values([record_batch(b"\xc3\xa9\n", "strict")]) == ["é"]


def test_a_line_longer_than_a_block_and_blocks_that_end_within_lines(tmp_path, monkeypatch):
    monkeypatch.setattr(batches_module, "BLOCK_BYTES", 100)
    lines = [b"x" * size for size in (0, 5, 99, 100, 101, 1000, 3, 250)] * 3
    spool = spooled(tmp_path, b"".join(line + b"\n" for line in lines))
    (task,) = plan_pieces(spool, 0, spool.end.position, 1 << 30)
    batches = list(read_pieces(tmp_path, spool.identity, task))
    assert values(batches) == [line.decode() for line in lines]
    assert len(batches) == 7
    spool.close()


def test_pieces_travel_and_an_executor_that_sees_nothing_says_so(tmp_path):
    spool = spooled(tmp_path / "here", b"one\ntwo\n")
    (task,) = pickle.loads(pickle.dumps(plan_pieces(spool, 0, 8, 1 << 20)))
    assert values(read_pieces(tmp_path / "here", spool.identity, task)) == ["one", "two"]
    with pytest.raises(SpoolError, match=r"the executor on \S+ does not see the spool"):
        list(read_pieces(tmp_path / "elsewhere", spool.identity, task))
    other = spooled(tmp_path / "other", b"one\ntwo\n")
    with pytest.raises(SpoolError, match=r"does not see the spool"):
        list(read_pieces(tmp_path / "other", spool.identity, task))
    spool.trim(0)
    (tmp_path / "here" / task[0].name).unlink()
    with pytest.raises(SpoolError, match=r"is gone"):
        list(read_pieces(tmp_path / "here", spool.identity, task))
    other.close()
    spool.close()
