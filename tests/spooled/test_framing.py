"""The receiver's cutting of bytes into lines, against what Java's readLine returns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.load.content.replay import split_like_java
from structured.spooled.framing import Framer, LineTooLong

#: Bytes in which line ends meet one another often.
DATA = st.lists(st.sampled_from([b"\n", b"\r", b"\r\n", b"a", b"bc", b"\x00", b"\xc3\xa9"])).map(
    b"".join
)


def cut(data: bytes, sizes: list[int]) -> list[bytes]:
    """``data`` in pieces of these sizes, over and over."""
    pieces, at = [], 0
    while at < len(data):
        size = sizes[len(pieces) % len(sizes)]
        pieces.append(data[at : at + size])
        at += size
    return pieces


def feed(framer: Framer, data: bytes) -> tuple[bytes, int]:
    """Receive ``data`` as a socket would hand it over; the lines that came out and their number."""
    out, records = b"", 0
    while data:
        room = framer.space()
        taken = min(len(room), len(data))
        room[:taken] = data[:taken]
        lines, count = framer.take(taken)
        assert bytes(lines).count(b"\n") == count
        assert not count or bytes(lines[-1:]) == b"\n"
        out, records, data = out + bytes(lines), records + count, data[taken:]
    return out, records


@given(DATA, st.lists(st.integers(1, 9), min_size=1, max_size=5), st.integers(2, 64))
def test_lines_are_those_of_read_line_however_the_bytes_come(data, sizes, buffer_bytes):
    framer = Framer(longest=1 << 20, buffer_bytes=buffer_bytes)
    pieces = [feed(framer, piece) for piece in cut(data, sizes)]
    out = b"".join(lines for lines, _count in pieces) + framer.finish()
    assert out == (split_like_java(data) if data else b"")
    assert framer.fragment == 0


@given(DATA, DATA)
def test_a_fragment_never_meets_the_next_connection(first, second):
    framer = Framer(longest=1 << 20)
    before, _ = feed(framer, first)
    left = framer.clear()
    after, _ = feed(framer, second)
    after += framer.finish()
    assert after == (split_like_java(second) if second else b"")
    # What was given up is exactly what followed the last line end.
    whole = split_like_java(first) if first else b""
    assert len(whole) - len(before) == (left + 1 if left else 0)


@given(st.integers(1, 200), st.integers(0, 400), st.integers(1, 300))
def test_only_a_line_that_is_too_long_is_refused(longest, length, piece):
    data = b"ok\n" + b"x" * length + b"\nok\n"
    framer = Framer(longest=longest, buffer_bytes=16)
    try:
        out = b"".join(feed(framer, part)[0] for part in cut(data, [piece]))
    except LineTooLong:
        assert max(length, 2) > longest
    else:
        assert out == data
        assert length <= longest


def test_a_line_without_end_is_refused_before_it_fills_the_memory():
    framer = Framer(longest=1000, buffer_bytes=64)
    with pytest.raises(LineTooLong):
        feed(framer, b"x" * 6000)
    assert framer.fragment < 2000
