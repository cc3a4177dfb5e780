"""A sparse index of line ends: for some places of the stream, how many records are before them.

Every write ends at a line's end, so its end is such a place.  Marks closer than ``STEP_BYTES``
replace one another, which bounds the memory; what lies between two marks is found by reading.
"""

from __future__ import annotations

from bisect import bisect_right

from .segments import Mark

STEP_BYTES = 64 * 1024


class Index:
    """Marks in order; the last one is the end of the stream."""

    def __init__(self, start: Mark) -> None:
        self._positions = [start.position]
        self._records = [start.records]
        self._step_from = start.position

    def __len__(self) -> int:
        return len(self._positions)

    def add(self, mark: Mark) -> None:
        """Append the new end of the stream."""
        if mark.position - self._step_from < STEP_BYTES and len(self._positions) > 1:
            self._positions[-1], self._records[-1] = mark
        else:
            self._step_from = self._positions[-1]
            self._positions.append(mark.position)
            self._records.append(mark.records)

    def by_position(self, position: int) -> Mark:
        """The last mark at or before ``position``."""
        return self._mark(bisect_right(self._positions, position) - 1)

    def by_records(self, records: int) -> Mark:
        """The last mark with ``records`` records before it, or fewer."""
        return self._mark(bisect_right(self._records, records) - 1)

    def forget(self, position: int) -> None:
        """Drop what is not needed to find places from ``position`` on."""
        keep = max(0, bisect_right(self._positions, position) - 1)
        del self._positions[:keep]
        del self._records[:keep]

    def _mark(self, number: int) -> Mark:
        number = max(0, number)
        return Mark(self._positions[number], self._records[number])
