"""When each record first became visible, and what came more than once: from batches' ranges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bench.contract import BatchRecord
from bench.measure.inputs import Floats


@dataclass(frozen=True)
class FirstSeen:
    """``at``: for each stream the Unix time at which record i was first visible, ``inf`` for never.

    ``batches``: those given in order of visibility, without the records of an earlier one.
    ``repeated``: records seen more than once.  ``unknown``: records with a number never sent.
    """

    at: tuple[Floats, ...]
    batches: tuple[BatchRecord, ...]
    repeated: int
    unknown: int


def first_seen(batches: Sequence[BatchRecord], sent: Sequence[int]) -> FirstSeen:
    """Sort out what was visible first; ``sent`` is how many records each stream has sent.

    A batch that failed made nothing visible.
    """
    at = tuple(np.full(count, np.inf) for count in sent)
    again = tuple(np.zeros(count, dtype=np.bool_) for count in sent)
    kept: list[BatchRecord] = []
    unknown = 0
    for batch in sorted(batches, key=lambda batch: batch.visible):
        if batch.failure is not None:
            continue
        fresh: list[tuple[int, int, int]] = []
        for stream, first, count in batch.ranges:
            if not 0 <= stream < len(sent):
                unknown += count
                continue
            last = min(first + count, sent[stream])
            unknown += first + count - max(last, first)
            seen = at[stream][first:last]
            new = np.isinf(seen)
            again[stream][first:last] |= ~new
            seen[new] = batch.visible
            fresh += [(stream, first + low, length) for low, length in _runs(new)]
        kept.append(replace(batch, ranges=tuple(fresh)))
    return FirstSeen(at, tuple(kept), int(sum(one.sum() for one in again)), unknown)


def ranges_of_numbers(
    numbers: NDArray[np.int64], per_stream: int
) -> tuple[tuple[int, int, int], ...]:
    """Sequence numbers, stream times ``per_stream`` plus index, as ranges of consecutive records.

    What occurs twice makes a range of its own.
    """
    if not len(numbers):
        return ()
    ordered = np.sort(numbers)
    breaks = np.flatnonzero(np.diff(ordered) != 1) + 1
    starts = np.concatenate(([0], breaks))
    ends = np.concatenate((breaks, [len(ordered)]))
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        stream, first = divmod(int(ordered[start]), per_stream)
        found.append((stream, first, end - start))
    return tuple(found)


def _runs(flags: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where runs of True begin, and how long they are."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(low), int(high - low)) for low, high in zip(edges[::2], edges[1::2], strict=True)]
