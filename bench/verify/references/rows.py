"""What several jobs need to make the rows of both engines comparable."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Row = Any
Batches = Sequence[Sequence[Row]]


def last_rows(batches: Batches, keys: int) -> list[Row]:
    """The last row of each key, which the first ``keys`` columns make."""
    return list({tuple(row[:keys]): tuple(row) for batch in batches for row in batch}.values())


def summed(rows: Sequence[Row], *keys: int) -> list[Row]:
    """The last column added up for each key, made of the columns at ``keys``."""
    sums: dict[Row, int] = {}
    for row in rows:
        key = tuple(row[at] for at in keys)
        sums[key] = sums.get(key, 0) + row[-1]
    return [(*key, total) for key, total in sums.items()]


def all_rows(batches: Batches) -> list[Row]:
    """The rows of all batches."""
    return [tuple(row) for batch in batches for row in batch]
