"""When the records of a batch became visible, where they did so one by one.

Chunks are rows of stream, first record, records and the time at which the last of these became
visible (``bench.results.chunks``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bench.contract.chunks import COLUMNS
from bench.measure.inputs import BatchLike, Floats, Range
from bench.results.chunks import AT, FIRST, KEPT, NONE, RECORDS, STREAM, Chunks, decode


def of_batch(chunks: Chunks, batch_id: int, ranges: Sequence[Range]) -> Chunks:
    """The part of ``chunks`` that belongs to a batch.

    Where its rows were counted (a negative stream), each record of the batch is given as many of
    them as any other: with n rows a record its last one is the n-th.  Of several streams each is
    taken to have come as far as the others.
    """
    rows = chunks[chunks[:, STREAM] == -1 - batch_id]
    found = [_shared(rows, one) for one in ranges] if len(rows) else [NONE]
    for stream, first, count in ranges:
        mine = chunks[chunks[:, STREAM] == stream]
        starts = np.maximum(mine[:, FIRST], first)
        ends = np.minimum(mine[:, FIRST] + mine[:, RECORDS], first + count)
        part = np.column_stack((mine[:, STREAM], starts, ends - starts, mine[:, AT]))
        found.append(part[ends > starts])
    return np.concatenate(found)


def _shared(rows: Chunks, of: Range) -> Chunks:
    stream, first, count = of
    ends = rows[:, FIRST] + rows[:, RECORDS]
    ends = ends * count // int(ends.max())
    starts = np.concatenate(([0], ends[:-1]))
    made = np.column_stack((np.full(len(ends), stream), first + starts, ends - starts, rows[:, AT]))
    return made[ends > starts]


@lru_cache(maxsize=KEPT)
def _stream_of(text: str, stream: int) -> tuple[NDArray[np.int64], Floats]:
    """Of a batch's chunks of one stream: the record after each, and when it was visible."""
    chunks = decode(text)
    mine = chunks[chunks[:, STREAM] == stream]
    return mine[:, FIRST] + mine[:, RECORDS], mine[:, AT] / 1e6


def visible_s(batch: BatchLike, stream: int, first: int, count: int, t0: float) -> Floats | float:
    """When records of a batch became visible, in seconds since ``t0``: one number if all at once.

    Records that no chunk speaks of did when the batch ended.
    """
    if not batch.chunks:
        # Unix times this close subtract without rounding; adding offsets to t0 would round.
        return batch.visible - t0
    ends, at_s = _stream_of(batch.chunks, stream)
    place = np.searchsorted(ends, np.arange(first, first + count), side="right")
    return np.append(at_s, batch.visible)[place] - t0


def visible_steps(batches: Iterable[BatchLike]) -> Chunks:
    """All batches' records as chunks in the order of their times; failed batches showed nothing."""
    found = [NONE]
    for batch in batches:
        if batch.failure is not None:
            continue
        if batch.chunks:
            found.append(decode(batch.chunks))
        else:
            at_us = round(batch.visible * 1e6)
            whole = [(*one, at_us) for one in batch.ranges]
            found.append(np.array(whole, dtype=np.int64).reshape(-1, COLUMNS))
    steps = np.concatenate(found)
    return steps[np.argsort(steps[:, AT], kind="stable")]
