"""Generated plain lines of one stream, made in bulk. Pure.

Line i is a function of the payload, seed, stream and i alone, so blocks may be cut anywhere.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bench.load.checks import check_seed
from bench.load.content.digits import Bytes, Integers, write_digits
from bench.load.content.draws import Ranks
from bench.load.content.payload import (
    INDEX_DIGITS,
    MAX_STREAMS,
    SEQUENCE_DIGITS,
    STAMP_DIGITS,
    Payload,
)
from bench.load.timing.bits import Purpose, below, words

#: Blocks of about this many bytes amortise numpy's calls; making one delays a tick by < 1 ms.
BLOCK_BYTES = 256 * 1024
#: A grid of consecutive lines takes at most this. At 100,000 lines/s, where caches are cold at each
#: tick, a line of a 1 MB grid costs 10 ns, one of a 100 kB grid 80 ns (measured).
GRID_BYTES = 1280 * 1024
_NEWLINE = 10
_SPACE = 32
_SUM_CHUNK = 1 << 18


class Lines(Protocol):
    """Records of one stream by index: generated ones, or those of a file.

    `width` is the bytes of every line with its newline, or None when they differ.
    """

    width: int | None

    def block(self, first: int, count: int) -> bytes | memoryview:
        """Lines [first, first + count), each ended by a newline."""

    def view(self, first: int, count: int) -> bytes | memoryview:
        """The same bytes as `block`, perhaps only until the next call: saves a copy."""

    def block_records(self, first: int) -> int:
        """How many records a block that starts at `first` had best hold; at least 1."""

    def wire_ends(self, first: int, count: int) -> Integers:
        """Where each line of that block ends, newline included, in bytes from its start."""

    def sizes(self, first: int, count: int) -> Integers:
        """Payload bytes of each line, without the newline, as an engine counts them."""

    def total_bytes(self, first: int, count: int) -> int:
        """The sum of `sizes`, without making the lines."""


class Clock(Protocol):
    """Intended offsets of records in seconds; see `bench.load.timing.schedule.Schedule.times`."""

    def times(self, first: int, count: int) -> NDArray[np.float64]:
        """Offsets of records [first, first + count)."""


class PayloadLines:
    """The generated lines of stream `stream`.

    With `payload.stamp`, `t0` (Unix seconds) and `schedule` say each record's intended time, which
    is written in whole microseconds, rounded down. Raises ValueError when they are missing, or for
    a stream that is not in 0…99 or an index of 10¹⁰ or more. Not for several threads at a time.
    """

    def __init__(
        self,
        payload: Payload,
        seed: int = 0,
        stream: int = 0,
        t0: float | None = None,
        schedule: Clock | None = None,
    ) -> None:
        if not 0 <= stream < MAX_STREAMS:
            raise ValueError(f"stream {stream} is out of range: generate at most {MAX_STREAMS}")
        if payload.stamp and (t0 is None or schedule is None):
            raise ValueError("stamped lines need t0 and the schedule: pass both")
        self._payload = payload
        self._seed = check_seed(seed)
        self._stream = stream
        self._t0 = t0
        self._schedule = schedule
        fixed = payload.smallest == payload.largest
        self.width: int | None = payload.bytes_per_line + 1 if fixed else None
        self._row = self._template_row()
        self._ranks = Ranks(payload.keys, payload.skew)
        # Without per-line fields only the sequence number changes: a grid of consecutive lines is
        # kept, and only the digits in which two grids differ are written.
        self._plain = fixed and not payload.keys and not payload.stamp
        self._grid_digits = _grid_digits(payload.largest + 1)
        self._grid: Bytes | None = None
        self._grid_head = ""

    def block(self, first: int, count: int) -> bytes:
        """Lines [first, first + count), each ended by a newline; count · `width` bytes if fixed."""
        _check_index(first + count)
        if self._plain:
            return self._plain_block(first, count)
        rows = np.empty((count, len(self._row)), dtype=np.uint8)
        rows[:] = self._row
        index = np.arange(first, first + count, dtype=np.int64)
        write_digits(rows, 0, SEQUENCE_DIGITS, self._sequence(index))
        column = SEQUENCE_DIGITS + 1
        if self._payload.stamp:
            write_digits(rows, column, STAMP_DIGITS, self.stamps(first, count))
            column += STAMP_DIGITS + 1
        if self._payload.keys:
            keys = self.keys(first, count)
            write_digits(rows, column + 1, self._payload.key_digits, keys)
        if self.width is not None:
            return rows.tobytes()
        sizes = self.sizes(first, count)
        rows[np.arange(count), sizes] = _NEWLINE
        kept = np.arange(rows.shape[1]) <= sizes[:, np.newaxis]
        return rows[kept].tobytes()

    def view(self, first: int, count: int) -> bytes | memoryview:
        """As `block`, but valid only until the next call of `view` or `block`."""
        if self._plain:
            _check_index(first + count)
            head, start = divmod(first, 10**self._grid_digits)
            if start + count <= 10**self._grid_digits:
                width = len(self._row)
                grid = self._grid_of(head)
                return grid.data.cast("B")[start * width : (start + count) * width]
        return self.block(first, count)

    def block_records(self, first: int) -> int:
        """To the end of the grid of consecutive lines, or about `BLOCK_BYTES`."""
        if self._plain:
            return int(10**self._grid_digits - first % 10**self._grid_digits)
        return max(BLOCK_BYTES // len(self._row), 1)

    def wire_ends(self, first: int, count: int) -> Integers:
        """Where each line ends in its block, newline included, shape (count,)."""
        return np.cumsum(self.sizes(first, count) + 1)

    def sizes(self, first: int, count: int) -> Integers:
        """Payload bytes of each line, shape (count,)."""
        low, high = self._payload.smallest, self._payload.largest
        if low == high:
            return np.full(count, low, dtype=np.int64)
        raw = words(self._seed, Purpose.SIZES, self._stream, first, count)
        return low + below(raw, high - low + 1)

    def total_bytes(self, first: int, count: int) -> int:
        """The sum of `sizes`; without spread it costs nothing, with it about 5 ns a line."""
        if self.width is not None:
            return count * (self.width - 1)
        total = 0
        for start in range(first, first + count, _SUM_CHUNK):
            total += int(self.sizes(start, min(_SUM_CHUNK, first + count - start)).sum())
        return total

    def keys(self, first: int, count: int) -> Integers:
        """Key number of each line, in [0, keys), 0 the most frequent; shape (count,)."""
        return self._ranks.draw(self._seed, self._stream, first, count)

    def stamps(self, first: int, count: int) -> Integers:
        """Intended Unix times in whole microseconds; ValueError without a schedule."""
        if self._t0 is None or self._schedule is None:
            raise ValueError("stamps need t0 and the schedule: pass both")
        # Whole seconds apart: a float of Unix seconds resolves only 0.24 µs.
        whole = int(self._t0)
        part = (self._t0 - whole) + self._schedule.times(first, count)
        return whole * 1_000_000 + np.floor(part * 1e6).astype(np.int64)

    def _sequence(self, index: Integers) -> Integers:
        numbers: Integers = index + self._stream * 10**INDEX_DIGITS
        return numbers

    def _template_row(self) -> Bytes:
        """One line of the largest size with its newline, fields still to be written."""
        payload = self._payload
        row = np.full(payload.largest + 1, _SPACE, dtype=np.uint8)
        column = SEQUENCE_DIGITS + 1
        if payload.stamp:
            column += STAMP_DIGITS + 1
        if payload.keys:
            row[column] = ord("k")
            column += payload.key_digits + 2
        if column < payload.largest:
            # Stream 0 for all: the filler is one text for the whole load.
            raw = words(self._seed, Purpose.FILLER, 0, 0, payload.largest - column)
            row[column:-1] = ord("a") + below(raw, 26)
        row[-1] = _NEWLINE
        return row

    def _plain_block(self, first: int, count: int) -> bytes:
        size = 10**self._grid_digits
        parts: list[bytes] = []
        while count > 0:
            head, start = divmod(first, size)
            stop = min(start + count, size)
            parts.append(self._grid_of(head)[start:stop].tobytes())
            first += stop - start
            count -= stop - start
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def _grid_of(self, head: int) -> Bytes:
        number = head + self._stream * 10 ** (INDEX_DIGITS - self._grid_digits)
        text = f"{number:0{SEQUENCE_DIGITS - self._grid_digits}d}"
        grid = self._grid
        if grid is None:
            grid = np.tile(self._row, (10**self._grid_digits, 1))
            low = np.arange(len(grid), dtype=np.int64)
            write_digits(grid, 0, SEQUENCE_DIGITS, low)
            self._grid, self._grid_head = grid, "0" * len(text)
        if text != self._grid_head:
            same = 0
            while text[same] == self._grid_head[same]:
                same += 1
            changed = np.frombuffer(text[same:].encode(), dtype=np.uint8)
            grid[:, same : len(text)] = changed
            self._grid_head = text
        return grid


def _grid_digits(width: int) -> int:
    """Decimal digits that count the lines of a grid of at most `GRID_BYTES`."""
    digits = 0
    while digits < 4 and 10 ** (digits + 1) * width <= GRID_BYTES:
        digits += 1
    return digits


def _check_index(end: int) -> None:
    if end > 10**INDEX_DIGITS:
        raise ValueError(
            f"record {end} does not fit {INDEX_DIGITS} digits: make the load shorter or slower"
        )
