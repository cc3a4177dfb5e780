"""Expected records against those that came.  Pure.

Records are compared as a multiset first: which ones, and how often.  Then batch by batch: each
batch must hold the consecutive records its range names (methodology rule 4, on which every latency
here rests), in order of arrival where the engine keeps it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from bench.contract import BatchRecord
from bench.contract.digest import Digest, digest_of

Row = Any


class Nothing:
    """Stands where a record has no counterpart."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING = Nothing()


@dataclass(frozen=True)
class Difference:
    """One place where expected and actual output part.

    ``position`` counts the expected records from 0, ``None`` for a record that has no place there;
    ``batch_id`` is ``None`` where no batch is to blame.  For digests ``records`` of them are meant.
    """

    position: int | None
    batch_id: int | None
    expected: Row | Nothing | Digest
    got: Row | Nothing | Digest
    records: int = 1


def differences(
    expected: Sequence[Row],
    got: Sequence[Row],
    *,
    ordered: bool,
    first: int = 0,
    batch_id: int | None = None,
) -> list[Difference]:
    """Where two runs of records differ; ``first`` is the position of the first expected one.

    A record that is missing and one that is too many are shown as one difference: those at the same
    place where order is kept and nothing has moved, else in the order in which they stand.
    """
    if expected == got:
        return []
    missing = _without(expected, got)
    extra = [row for _index, row in _without(got, expected)]
    if ordered and len(expected) == len(got):
        found = changed(expected, got, first=first, batch_id=batch_id)
        if len(found) <= len(missing) or not missing:
            return found
    if missing or extra:
        return [
            Difference(None if gone is None else first + gone[0], batch_id, *_pair(gone, row))
            for gone, row in zip_longest(missing, extra, fillvalue=None)
        ]
    return []


def changed(
    expected: Sequence[Row], got: Sequence[Row], *, first: int = 0, batch_id: int | None = None
) -> list[Difference]:
    """Where two equally long runs of records differ, place by place."""
    return [
        Difference(first + index, batch_id, wanted, row)
        for index, (wanted, row) in enumerate(zip(expected, got, strict=True))
        if wanted != row
    ]


def _pair(gone: tuple[int, Row] | None, row: Row | None) -> tuple[Row, Row]:
    return NOTHING if gone is None else gone[1], NOTHING if row is None else row


def _without(rows: Sequence[Row], others: Iterable[Row]) -> list[tuple[int, Row]]:
    """Rows, with their index, that are left when each of ``others`` takes an equal one away."""
    spare = Counter(others)
    left = []
    for index, row in enumerate(rows):
        if spare[row] > 0:
            spare[row] -= 1
        else:
            left.append((index, row))
    return left


def row_differences(
    expected: Sequence[Row],
    got: Mapping[int, Sequence[Row]],
    batches: Sequence[BatchRecord],
    *,
    ordered: bool,
) -> list[Difference]:
    """Where the rows captured of each batch differ from the expected ones, in order of position."""
    found: list[Difference] = []
    for batch_id, first, end in _slices(batches, got, len(expected)):
        rows = () if batch_id is None else got.get(batch_id, ())
        found += differences(
            list(expected[first:end]), list(rows), ordered=ordered, first=first, batch_id=batch_id
        )
    if not found:
        # Batches may each be right and yet overlap or repeat one another.
        every = [row for batch_id in sorted(got) for row in got[batch_id]]
        found = differences(expected, every, ordered=False)
    return found


def batch_differences(
    streams: Sequence[Sequence[str]],
    expected_of: Callable[[Sequence[str]], Sequence[Row]],
    got: Mapping[int, Sequence[Row]],
    batches: Sequence[BatchRecord],
) -> tuple[list[Difference], int]:
    """Where the rows of each batch differ from what its records give; how many rows should be.

    ``streams`` holds the lines of each stream, ``expected_of`` makes the rows of some lines.  Every
    record must be in exactly one batch.
    """
    found: list[Difference] = []
    rows = 0
    seen = [Counter[int]() for _ in streams]
    for batch in batches:
        lines: list[str] = []
        for stream, first, count in batch.ranges:
            lines += streams[stream][first : first + count]
            seen[stream].update(range(first, first + count))
        expected = list(expected_of(lines)) if lines else []
        rows += len(expected)
        actual = list(got.get(batch.batch_id, ()))
        found += differences(expected, actual, ordered=False, batch_id=batch.batch_id)
    for known, times in zip(streams, seen, strict=True):
        for position, line in enumerate(known):
            if times[position] != 1:
                came = NOTHING if not times[position] else f"{times[position]} times"
                found.append(Difference(position, None, line, came))
    reported = {batch.batch_id for batch in batches}
    for batch_id in got.keys() - reported:
        found += differences([], list(got[batch_id]), ordered=False, batch_id=batch_id)
    return found, rows


def digest_differences(
    expected: Sequence[str], got: Mapping[int, Digest], batches: Sequence[BatchRecord]
) -> list[Difference]:
    """Where the digests captured of each batch differ from those of the expected records."""
    found: list[Difference] = []
    for batch_id, first, end in _slices(batches, got, len(expected)):
        wanted = digest_of(expected[first:end])
        digest = Digest() if batch_id is None else got.get(batch_id, Digest())
        if digest != wanted:
            found.append(Difference(first, batch_id, wanted, digest, end - first))
    whole, total = digest_of(expected), sum(got.values(), Digest())
    if not found and whole != total:
        found.append(Difference(0, None, whole, total, len(expected)))
    return found


def _place(batch: BatchRecord) -> tuple[tuple[int, ...], int]:
    """Sort key: the first record, then the batch's number."""
    return (batch.ranges[0][1:2] if batch.ranges else ()), batch.batch_id


def _slices(
    batches: Sequence[BatchRecord], captured: Iterable[int], records: int
) -> list[tuple[int | None, int, int]]:
    """Batch id, first record and end of each range; what no batch covers has no id."""
    slices: list[tuple[int | None, int, int]] = []
    covered = 0
    known = set()
    for batch in sorted(batches, key=_place):
        first, count = batch.ranges[0][1:] if batch.ranges else (covered, 0)
        if first > covered:
            slices.append((None, covered, first))
        slices.append((batch.batch_id, first, first + count))
        covered = max(covered, first + count)
        known.add(batch.batch_id)
    if covered < records:
        slices.append((None, covered, records))
    # Rows of batches that were never reported belong to no place.
    return slices + [(batch_id, records, records) for batch_id in captured if batch_id not in known]
