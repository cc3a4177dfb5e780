"""Which records became visible, batch by batch, in a file that a killed process leaves whole.

The ``ledger`` sinks of the engines take the place of the drain in trials with a fault.  Each line
begins with its record's sequence number (``bench.load.content.payload``): stream times 10¹⁰ plus
index, in 12 digits.  The sink evaluates every record in one action a batch that brings these
numbers back to the driver, looks at the clock and appends an entry: from then on the batch is
visible.

File: one entry a batch, signed 64-bit integers in the machine's byte order: a mark, batch id, Unix
time in microseconds, lines whose number could not be read, sequence numbers n, then the n numbers.
A process killed in the middle of an entry leaves it torn at the end of the file: who opens the file
again to write cuts it off, who reads stops before it.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Key of ``Options.conf`` with the path of the file to write.
FILE_KEY = "sparkbench.ledger.file"

#: The sink's name.
LEDGER = "ledger"

#: Digits of the number, and those of its index within the stream.
DIGITS, INDEX_DIGITS = 12, 10

#: What each entry begins with.
MARK = 0x5350_4152_4B4C_4447
_HEADER = 5


@dataclass(frozen=True)
class Entry:
    """One batch: ``numbers`` are its records' sequence numbers in any order."""

    batch_id: int
    visible_us: int
    unreadable: int
    numbers: array[int]


class LedgerFile:
    """Appends entries; each is complete when ``add`` returns.

    Made again from its path when it is unpickled, as after a restart from a checkpoint.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        size = _whole_bytes(path) if os.path.exists(path) else 0
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115 - open for the stream's life
        self._file.truncate(size)

    def __reduce__(self) -> tuple[type[LedgerFile], tuple[str]]:
        return type(self), (self._path,)

    def add(self, batch_id: int, visible_us: int, numbers: Iterable[int]) -> tuple[int, int]:
        """Add a batch, −1 standing for a number that could not be read; records, unreadable."""
        body = array("q", numbers)
        unreadable = body.count(-1)
        if unreadable:
            body = array("q", (number for number in body if number != -1))
        head = array("q", [MARK, batch_id, visible_us, unreadable, len(body)])
        data = head.tobytes() + body.tobytes()
        while data:
            data = data[self._file.write(data) :]
        return len(body), unreadable


def number_of(line: str) -> int:
    """The sequence number a line begins with, −1 where it does not."""
    head = line[:DIGITS]
    return int(head) if len(head) == DIGITS and head.isascii() and head.isdigit() else -1


class LedgerReader:
    """Reads a file while it is written: each call gives the entries that were added since."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._at = 0

    def new(self) -> list[Entry]:
        """Entries complete by now and not given yet; none while there is no file."""
        if not os.path.exists(self._path):
            return []
        found = []
        for entry, end in _entries(self._path, self._at):
            found.append(entry)
            self._at = end
        return found


def _whole_bytes(path: str) -> int:
    return max((end for _entry, end in _entries(path, 0)), default=0)


def _entries(path: str, start: int) -> Iterator[tuple[Entry, int]]:
    """Whole entries from byte ``start`` on, each with the byte after it."""
    with open(path, "rb") as file:
        file.seek(start)
        while True:
            head = array("q")
            raw = file.read(8 * _HEADER)
            if len(raw) < 8 * _HEADER:
                return
            head.frombytes(raw)
            mark, batch_id, visible_us, unreadable, n = head
            if mark != MARK:
                return
            raw = file.read(8 * n)
            if len(raw) < 8 * n:
                return
            numbers = array("q")
            numbers.frombytes(raw)
            yield Entry(batch_id, visible_us, unreadable, numbers), file.tell()
