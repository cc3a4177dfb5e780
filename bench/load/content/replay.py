"""A file's lines as a load: read into memory before the load starts, then sent round and round.

A file larger than that is mapped: see `bench.load.files`, which also tells what is compressed.

Records are what ``java.io.BufferedReader.readLine`` returns for the file: \\n, \\r and \\r\\n each
end a line, and a last line without an end is a line. Each is sent with \\n at its end, its other
bytes untouched. Of N streams, stream s sends lines s, s + N, s + 2N, … of the file, over and over.
"""

from __future__ import annotations

import hashlib
import mmap
import tempfile
from pathlib import Path

import numpy as np

from bench.load.checks import check_stream
from bench.load.content.digits import Buffer, Integers
from bench.load.content.lines import BLOCK_BYTES
from bench.load.content.utf8 import decoded_bytes
from bench.load.errors import ReplayError
from bench.load.files import content

_NEWLINE, _RETURN = 10, 13

#: How much of a file is looked at in one go.
PIECE = 1 << 24


class ReplayFile:
    """The lines of a file, in memory.

    `name` is for messages; `sha256` is of the file's own bytes. Raises ReplayError when empty.
    """

    def __init__(self, data: Buffer, name: str = "replay", sha256: str = "") -> None:
        if not memoryview(data).nbytes:
            raise ReplayError(f"{name}: the file is empty: give one with at least one line")
        self.name = name
        self.sha256 = sha256 or hashlib.sha256(data).hexdigest()
        try:
            self.data = _as_lines(data)
            self._ends = _line_ends(self.data)
        except MemoryError:
            raise ReplayError(
                f"{name}: there is no memory left for its lines: give a part of it"
            ) from None

    @classmethod
    def load(cls, path: str | Path) -> ReplayFile:
        """Read a file completely; ReplayError with one sentence if that cannot be done."""
        data, sha256 = content(path)
        return cls(data, str(path), sha256)

    def __len__(self) -> int:
        return len(self._ends)

    def lines(self, stream: int = 0, streams: int = 1) -> ReplayLines:
        """The lines of one stream; ReplayError when there are more streams than lines."""
        check_stream(stream, streams)
        if streams > len(self):
            raise ReplayError(
                f"{self.name}: {len(self)} lines are too few for {streams} streams: use fewer"
            )
        if streams == 1:
            return ReplayLines(self.data)
        starts = np.concatenate(([0], self._ends[:-1]))
        share = range(stream, len(self), streams)
        view = memoryview(self.data)
        return ReplayLines(b"".join(view[starts[k] : self._ends[k]] for k in share))


class ReplayLines:
    """The records of one stream, cycling over `data`, which is lines that all end in \\n.

    The same interface as `lines.PayloadLines`. Payload bytes are what an engine counts:
    the line decoded as UTF-8 with U+FFFD for what is malformed, encoded again, without its newline.
    """

    width: int | None = None

    def __init__(self, data: Buffer) -> None:
        self._data = memoryview(data)
        self._ends = _line_ends(data)
        # _before[k] is the sum over the lines before line k, so that any range is two look-ups.
        ends = _decoded_ends(self._data, self._ends)
        self._before = np.concatenate(([0], ends)) - np.arange(len(ends) + 1)

    def __len__(self) -> int:
        return len(self._ends)

    def block(self, first: int, count: int) -> bytes | memoryview:
        """Lines [first, first + count); within one pass of the file a view of it, not a copy."""
        parts: list[memoryview] = []
        while count > 0:
            line = first % len(self)
            taken = min(count, len(self) - line)
            parts.append(self._data[self._start(line) : self._start(line + taken)])
            first += taken
            count -= taken
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def view(self, first: int, count: int) -> bytes | memoryview:
        """The same as `block`."""
        return self.block(first, count)

    def block_records(self, first: int) -> int:
        """About `BLOCK_BYTES`, within one pass of the file."""
        line = first % len(self)
        last = int(np.searchsorted(self._ends, self._start(line) + BLOCK_BYTES))
        return max(last - line, 1)

    def wire_ends(self, first: int, count: int) -> Integers:
        """Where each line ends in its block, newline included, shape (count,)."""
        index = np.arange(first, first + count)
        cycle, line = np.divmod(index, len(self))
        start = (first // len(self)) * len(self._data) + self._start(first % len(self))
        ends: Integers = cycle * len(self._data) + self._ends[line] - start
        return ends

    def sizes(self, first: int, count: int) -> Integers:
        """Payload bytes of each record, shape (count,)."""
        line = np.arange(first, first + count) % len(self)
        sizes: Integers = self._before[line + 1] - self._before[line]
        return sizes

    def total_bytes(self, first: int, count: int) -> int:
        """The sum of `sizes`, in constant time."""
        return self._bytes_before(first + count) - self._bytes_before(first)

    def _bytes_before(self, index: int) -> int:
        cycle, line = divmod(index, len(self))
        return cycle * int(self._before[-1]) + int(self._before[line])

    def _start(self, line: int) -> int:
        return int(self._ends[line - 1]) if line else 0


def split_like_java(data: bytes) -> bytes:
    """The lines ``BufferedReader.readLine`` would return for `data`, each ended by \\n."""
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data if data.endswith(b"\n") else data + b"\n"


def _as_lines(data: Buffer) -> Buffer:
    """The same of what may be mapped: looked at in pieces, read as a whole only to be changed."""
    view = memoryview(data)
    pieces = (view[at : at + PIECE] for at in range(0, view.nbytes, PIECE))
    if view[-1] == _NEWLINE and not any(_holds(piece, _RETURN) for piece in pieces):
        return data
    return split_like_java(data) if isinstance(data, bytes) else _rewritten(view)


def _rewritten(view: memoryview) -> mmap.mmap:
    """The same as ``split_like_java`` of what is mapped, on disk: it is too large for memory."""
    with tempfile.TemporaryFile(prefix="sparkbench-replay-") as copy:
        held = b""
        for at in range(0, view.nbytes, PIECE):
            piece = held + bytes(view[at : at + PIECE])
            # Its \n may begin the next piece.
            held = piece[-1:] if piece.endswith(b"\r") else b""
            piece = piece.removesuffix(b"\r")
            copy.write(piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
        if held or view[-1] != _NEWLINE:
            copy.write(b"\n")
        copy.flush()
        return mmap.mmap(copy.fileno(), 0, access=mmap.ACCESS_READ)


def _holds(piece: memoryview, byte: int) -> bool:
    return bool((np.frombuffer(piece, dtype=np.uint8) == byte).any())


def _line_ends(data: Buffer) -> Integers:
    view = memoryview(data)
    found = [
        np.flatnonzero(np.frombuffer(view[at : at + PIECE], dtype=np.uint8) == _NEWLINE) + (at + 1)
        for at in range(0, view.nbytes, PIECE)
    ]
    ends: Integers = np.concatenate(found) if found else np.zeros(0, dtype=np.int64)
    return ends


def _decoded_ends(data: memoryview, ends: Integers) -> Integers:
    """The ends of the lines once they are decoded and encoded again, some lines at a time."""
    grown: Integers = ends
    first, before, extra = 0, 0, 0
    while first < len(ends):
        last = max(int(np.searchsorted(ends, before + PIECE)), first + 1)
        piece = bytes(data[before : int(ends[last - 1])])
        decoded = decoded_bytes(piece)
        if decoded is not piece or extra:
            grown = grown.copy() if grown is ends else grown
            grown[first:last] = _line_ends(decoded) + (before + extra)
        extra += len(decoded) - len(piece)
        before, first = int(ends[last - 1]), last
    return grown
