"""From bytes of the spool to Arrow record batches, without a Python object for each line."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .errors import SpoolError
from .identity import read_identity
from .partitions import Piece
from .segments import LF, open_segment, short

SCHEMA = pa.schema([pa.field("value", pa.string())])

#: Lines of one record batch together; a longer line is one by itself.
BLOCK_BYTES = 2 << 20

_LF_CODE = pa.scalar(10, pa.uint8())

#: See :func:`_places`.
_kept: list[Any] = [pa.array([], pa.int32())]

#: An encoded surrogate, for which Java's decoder puts one U+FFFD and Python's one for each byte.
_SURROGATE = re.compile(rb"\xed[\xa0-\xbf][\x80-\xbf]?")
_REPLACEMENT = "\ufffd".encode()


def read_pieces(
    folder: Path, identity: str, pieces: Sequence[Piece], errors: str = "replace"
) -> Iterator[Any]:
    """Record batches of one column ``value`` with the lines of ``pieces``, in order.

    ``errors`` is the option ``encodingErrors``.  Raises :class:`SpoolError`.
    """
    if pieces:
        _must_see(folder, identity)
    for piece in pieces:
        for block in _blocks(folder, piece):
            yield record_batch(block, errors)


def record_batch(lines: bytes, errors: str = "replace") -> Any:
    """The record batch of whole lines, all of which end with LF."""
    try:
        values = _values(lines)
    except pa.ArrowInvalid:
        values = _values(_repaired(lines, errors))
    return pa.RecordBatch.from_arrays([values], schema=SCHEMA)


def _values(lines: bytes) -> Any:
    """The lines as Arrow strings; raises ``ArrowInvalid`` where they are not UTF-8."""
    data = pa.py_buffer(lines)
    codes = pa.Array.from_buffers(pa.uint8(), len(lines), [None, data])
    ends = _places(len(lines)).filter(pc.equal(codes, _LF_CODE))
    offsets = pa.concat_arrays([pa.array([0], pa.int32()), ends])
    # Offsets have no gaps, so the line ends are in the values at first.
    with_ends = pa.Array.from_buffers(pa.binary(), len(ends), [None, offsets.buffers()[1], data])
    # Each has one LF, at its end.
    return pc.ascii_rtrim(with_ends.cast(pa.string()), characters="\n")


def _places(size: int) -> Any:
    """The numbers from 1 to ``size``.

    Those of a block are kept: to pick the line ends out of them is ten times as fast as to have
    Arrow number the true ones among as many truth values.
    """
    if len(_kept[0]) < size:
        more = 1 << (size - 1).bit_length()
        numbers = pc.cumulative_sum(pa.repeat(pa.scalar(1, pa.int32()), more))
        if more > 2 * BLOCK_BYTES:  # for one long line
            return numbers.slice(0, size)
        _kept[0] = numbers
    return _kept[0].slice(0, size)


def _repaired(lines: bytes, errors: str) -> bytes:
    """The lines as UTF-8; no line end is part of a malformed sequence, so lines stay lines."""
    if errors == "replace":
        lines = _SURROGATE.sub(_REPLACEMENT, lines)
    try:
        return lines.decode("utf-8", errors).encode("utf-8")
    except UnicodeDecodeError as problem:
        line = lines[lines.rfind(LF, 0, problem.start) + 1 :].partition(LF)[0]
        raise SpoolError(
            f"a line is not UTF-8 ({problem.reason}): {line[:60]!r}; mend the sender, or set "
            "encodingErrors to replace"
        ) from None


def _blocks(folder: Path, piece: Piece) -> Iterator[bytes]:
    """Whole lines of one piece, about ``BLOCK_BYTES`` at a time."""
    with open_segment(folder, piece.name) as descriptor:
        at, size = piece.first, BLOCK_BYTES
        while at < piece.past:
            wanted = min(size, piece.past - at)
            block = os.pread(descriptor, wanted, at)
            if len(block) < wanted:
                raise short(folder, piece.name, wanted - len(block))
            end = block.rfind(LF) + 1
            if end == 0:
                if at + wanted == piece.past:
                    raise SpoolError(
                        f"the spool file {folder / piece.name} does not end with a line's end: "
                        "it was changed by something else"
                    )
                size *= 2  # a line longer than a block
                continue
            yield block if end == wanted else block[:end]
            at, size = at + end, BLOCK_BYTES


def _must_see(folder: Path, identity: str) -> None:
    """Raise where this executor does not see the spool of the driver."""
    if read_identity(folder) != identity:
        raise SpoolError(
            f"the executor on {socket.gethostname()} does not see the spool {folder} of the "
            "driver: put it on storage that all hosts mount, or run with a local master"
        )
