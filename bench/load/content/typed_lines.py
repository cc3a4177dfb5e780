"""Generated lines with fields, of every kind but the plain one; see `layouts`. Pure.

Line i is a function of the payload, seed, stream, schedule and i alone, and all lines of a load are
equally long: a copied template, into which each field is written for all lines at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bench.load.checks import check_seed
from bench.load.content.digits import Bytes, Integers, write_digits
from bench.load.content.draws import Draws, Ranks
from bench.load.content.kinds import TIMED
from bench.load.content.layouts import STATUSES, UNITS, layout_of, word_count
from bench.load.content.lines import BLOCK_BYTES, Clock
from bench.load.content.payload import INDEX_DIGITS, MAX_STREAMS, Payload
from bench.load.timing.bits import Purpose, below, words

_DAY_S = 86_400
_HUNDREDTHS = 100
_LEAST_VALUE, _VALUES = 10_000, 90_000
_LEAST_SIZE, _SIZES = 10_000, 90_000
_ZERO, _SPACE = ord("0"), ord(" ")


class TypedLines:
    """The lines of stream `stream`; the same interface as `bench.load.content.lines.PayloadLines`.

    `schedule` gives the intended offsets that event times follow. Raises ValueError for a stream
    out of range, or without a schedule where one is needed. Not for several threads at a time.
    """

    def __init__(
        self, payload: Payload, seed: int = 0, stream: int = 0, schedule: Clock | None = None
    ) -> None:
        if not 0 <= stream < MAX_STREAMS:
            raise ValueError(f"stream {stream} is out of range: generate at most {MAX_STREAMS}")
        if payload.lines.kind in TIMED and schedule is None:
            raise ValueError(f"{payload.lines.kind} lines need the schedule: pass it")
        self._payload = payload
        self._stream = stream
        self._schedule = schedule
        self._seed = check_seed(seed)
        self._draws = Draws(self._seed, stream)
        self._layout = layout_of(payload)
        self._ranks = Ranks(payload.keys, payload.skew)
        self._words = Ranks(payload.keys, payload.skew, Purpose.WORDS)
        self._row = self._template_row()
        self._writers = [
            (writer, *place)
            for name, place in self._layout.fields.items()
            if (writer := self._writer(name)) is not None
        ]
        self._times: Integers | None = None
        self.width: int | None = len(self._row)

    def block(self, first: int, count: int) -> bytes:
        """Lines [first, first + count), each ended by a newline; count · `width` bytes."""
        if first + count > 10**INDEX_DIGITS:
            raise ValueError(f"record {first + count} does not fit {INDEX_DIGITS} digits")
        rows = np.empty((count, len(self._row)), dtype=np.uint8)
        rows[:] = self._row
        self._times = None
        for write, column, width in self._writers:
            write(rows, column, width, first)
        if self._payload.lines.malformed:
            self._spoil(rows, first)
        return rows.tobytes()

    def view(self, first: int, count: int) -> bytes:
        """The same as `block`."""
        return self.block(first, count)

    def block_records(self, first: int) -> int:
        """About `BLOCK_BYTES`."""
        return max(BLOCK_BYTES // len(self._row), 1)

    def wire_ends(self, first: int, count: int) -> Integers:
        """Where each line ends in its block, newline included, shape (count,)."""
        return np.arange(1, count + 1, dtype=np.int64) * len(self._row)

    def sizes(self, first: int, count: int) -> Integers:
        """Payload bytes of each line, shape (count,)."""
        return np.full(count, len(self._row) - 1, dtype=np.int64)

    def total_bytes(self, first: int, count: int) -> int:
        """The sum of `sizes`."""
        return count * (len(self._row) - 1)

    def _template_row(self) -> Bytes:
        row = np.frombuffer(f"{self._layout.template}\n".encode("ascii"), dtype=np.uint8).copy()
        if "filler" in self._layout.fields:
            column, width = self._layout.fields["filler"]
            # Stream 0 for all: the filler is one text for the whole load.
            row[column : column + width] = ord("a") + below(
                words(self._seed, Purpose.FILLER, 0, 0, width), 26
            )
        return row

    def _writer(self, name: str) -> Callable[[Bytes, int, int, int], None] | None:
        """What fills a field of every row; None for what the template holds already."""
        if name.startswith("word"):
            # All words of a line at once, by the first of them.
            return self._write_words if name == "word0" else None
        if name.startswith("host"):
            return self._write_hosts if name == "host0" else None
        return {
            "seq": self._write_seq,
            "time": self._write_time,
            "key": self._write_key,
            "value": self._write_value,
            "number": self._write_number,
            "cents": self._write_cents,
            "unit": self._write_unit,
            "status": self._write_status,
            "size": self._write_size,
            "date": self._write_date,
            "hour": self._write_hour,
            "minute": self._write_minute,
            "second": self._write_second,
        }.get(name)

    def _write_seq(self, rows: Bytes, column: int, width: int, first: int) -> None:
        numbers = np.arange(first, first + len(rows), dtype=np.int64)
        write_digits(rows, column, width, numbers + self._stream * 10**INDEX_DIGITS)
        if self._payload.lines.kind == "json":
            # A number of JSON begins with no zero, but with as much space as it likes.
            digits = rows[:, column : column + width - 1]
            leading = np.logical_and.accumulate(digits == _ZERO, axis=1)
            digits[leading] = _SPACE

    def _write_time(self, rows: Bytes, column: int, width: int, first: int) -> None:
        write_digits(rows, column, width, self._event_ms(first, len(rows)))

    def _write_key(self, rows: Bytes, column: int, width: int, first: int) -> None:
        write_digits(rows, column, width, self._draws.ranks(self._ranks, first, len(rows)))

    def _write_words(self, rows: Bytes, column: int, width: int, first: int) -> None:
        each = word_count(self._payload)
        drawn = self._draws.ranks(self._words, first * each, len(rows) * each).reshape(-1, each)
        for number in range(each):
            at, digits = self._layout.fields[f"word{number}"]
            write_digits(rows, at, digits, np.ascontiguousarray(drawn[:, number]))

    def _write_hosts(self, rows: Bytes, column: int, width: int, first: int) -> None:
        drawn = self._draws.numbers(Purpose.HOSTS, 10**8, first, len(rows))
        for number in range(4):
            at, digits = self._layout.fields[f"host{number}"]
            write_digits(rows, at, digits, drawn // 100**number)

    def _write_value(self, rows: Bytes, column: int, width: int, first: int) -> None:
        drawn = _LEAST_VALUE + self._draws.numbers(Purpose.VALUES, _VALUES, first, len(rows))
        write_digits(rows, column, 3, drawn // _HUNDREDTHS)
        rows[:, column + 3] = ord(".")
        write_digits(rows, column + 4, 2, drawn)

    def _write_number(self, rows: Bytes, column: int, width: int, first: int) -> None:
        drawn = self._draws.numbers(Purpose.VALUES, 10**width, first, len(rows))
        write_digits(rows, column, width, drawn)

    def _write_cents(self, rows: Bytes, column: int, width: int, first: int) -> None:
        write_digits(rows, column, width, self._draws.cents(first, len(rows)))

    def _write_unit(self, rows: Bytes, column: int, width: int, first: int) -> None:
        drawn = self._draws.numbers(Purpose.CHOICES, len(UNITS), first, len(rows))
        rows[:, column : column + width] = _table(UNITS)[drawn]

    def _write_status(self, rows: Bytes, column: int, width: int, first: int) -> None:
        percent = self._draws.numbers(Purpose.CHOICES, 100, first, len(rows))
        ends = np.cumsum([share for _status, share in STATUSES])
        names = _table(tuple(status for status, _share in STATUSES))
        rows[:, column : column + width] = names[np.searchsorted(ends, percent, side="right")]

    def _write_size(self, rows: Bytes, column: int, width: int, first: int) -> None:
        drawn = self._draws.numbers(Purpose.VALUES, _SIZES, first, len(rows))
        write_digits(rows, column, width, _LEAST_SIZE + drawn)

    def _write_date(self, rows: Bytes, column: int, width: int, first: int) -> None:
        days, which = np.unique(self._seconds(first, len(rows)) // _DAY_S, return_inverse=True)
        texts = tuple(_date_text(int(day)) for day in days)
        rows[:, column : column + width] = _table(texts)[which]

    def _write_hour(self, rows: Bytes, column: int, width: int, first: int) -> None:
        write_digits(rows, column, width, self._seconds(first, len(rows)) % _DAY_S // 3600)

    def _write_minute(self, rows: Bytes, column: int, width: int, first: int) -> None:
        write_digits(rows, column, width, self._seconds(first, len(rows)) % 3600 // 60)

    def _write_second(self, rows: Bytes, column: int, width: int, first: int) -> None:
        write_digits(rows, column, width, self._seconds(first, len(rows)) % 60)

    def _seconds(self, first: int, count: int) -> Integers:
        return self._event_ms(first, count) // 1000

    def _event_ms(self, first: int, count: int) -> Integers:
        """Event times of the block under way, computed once for all fields of it."""
        if self._times is None:
            assert self._schedule is not None
            offsets: NDArray[np.float64] = self._schedule.times(first, count)
            self._times = self._draws.event_ms(self._payload.lines, offsets, first)
        return self._times

    @cached_property
    def _faults(self) -> list[tuple[int, Bytes]]:
        return [
            (column, np.frombuffer(text.encode("ascii"), dtype=np.uint8))
            for column, text in self._layout.faults
        ]

    def _spoil(self, rows: Bytes, first: int) -> None:
        kind = self._payload.lines
        which = self._draws.faults(kind, len(self._faults), first, len(rows))
        for number, (column, text) in enumerate(self._faults):
            rows[which == number, column : column + len(text)] = text


def _table(texts: tuple[str, ...]) -> Bytes:
    """Texts of one length, one a row."""
    return np.frombuffer("".join(texts).encode("ascii"), dtype=np.uint8).reshape(len(texts), -1)


def _date_text(day: int) -> str:
    """A day since the epoch as in ``01/Jan/2026``, whatever the locale."""
    moment = datetime.fromtimestamp(day * _DAY_S, UTC)
    month = "JanFebMarAprMayJunJulAugSepOctNovDec"[3 * moment.month - 3 : 3 * moment.month]
    return f"{moment.day:02d}/{month}/{moment.year}"
