"""The ground truth of latency, as the ``truth`` sinks of the engines write it.

A load with stamped lines (``bench.load.content.payload``) carries each record's number and its
intended time in the record itself.  The ``truth`` sink evaluates every record in one action a batch
that brings both back to the driver, and looks at the clock as soon as the action has returned.  So
the latency of every record is known without offsets, ranges or listener times.

File: one entry a batch, signed 64-bit integers in the machine's byte order: batch id, Unix time in
microseconds at which the action had returned, records n, then n pairs of sequence number and
intended Unix time in microseconds.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Key of ``Options.conf`` with the path of the file to write.
FILE_KEY = "sparkbench.truth.file"

#: Where the two numbers stand in a line, first and past the last character.
SEQUENCE = (0, 12)
STAMP = (13, 29)

_HEADER = 3


@dataclass(frozen=True)
class TruthBatch:
    """One batch: ``marks`` holds sequence number and stamp in turn, 2n integers."""

    batch_id: int
    returned_us: int
    marks: array[int]


class TruthFile:
    """Appends entries to a file; each is complete when ``add`` returns."""

    def __init__(self, path: str) -> None:
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115 - kept open for the stream's life

    def add(self, batch_id: int, returned_us: int, marks: Iterable[bytes]) -> None:
        """Add a batch; ``marks`` are its pairs in the file's format, in any number of pieces."""
        body = b"".join(marks)
        self._file.write(array("q", [batch_id, returned_us, len(body) // 16]).tobytes() + body)


def read_truth(path: str) -> Iterator[TruthBatch]:
    """The batches of a file in the order written; ``ValueError`` for a torn one."""
    numbers = array("q")
    with open(path, "rb") as file:
        numbers.frombytes(file.read())
    at = 0
    while at < len(numbers):
        batch_id, returned_us, records = numbers[at : at + _HEADER]
        at += _HEADER
        marks = numbers[at : at + 2 * records]
        if len(marks) != 2 * records:
            raise ValueError(f"{path}: batch {batch_id} ends in the middle")
        yield TruthBatch(batch_id, returned_us, marks)
        at += 2 * records
