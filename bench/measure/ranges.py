"""Record ranges as sets: what batches covered, where they left holes or overlapped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.measure.inputs import BatchLike, Range

#: ``(first, stop)``, half open.
Span = tuple[int, int]


def merge(ranges: Iterable[Range]) -> dict[int, list[Span]]:
    """Per stream, the records covered at least once, as sorted spans that do not touch."""
    by_stream: dict[int, list[Span]] = {}
    for stream, first, count in ranges:
        if count > 0:
            by_stream.setdefault(stream, []).append((first, first + count))
    merged: dict[int, list[Span]] = {}
    for stream, spans in by_stream.items():
        spans.sort()
        out = [spans[0]]
        for first, stop in spans[1:]:
            if first <= out[-1][1]:
                out[-1] = (out[-1][0], max(stop, out[-1][1]))
            else:
                out.append((first, stop))
        merged[stream] = out
    return merged


def covered(spans: Sequence[Span], low: int, high: int) -> int:
    """How many of the records ``low`` to ``high - 1`` lie in ``spans`` (sorted, disjoint)."""
    return sum(max(0, min(stop, high) - max(first, low)) for first, stop in spans)


@dataclass(frozen=True)
class RangeBreak:
    """A batch whose range does not begin where its stream's previous one ended."""

    batch_id: int
    stream: int
    expected: int
    first: int


def range_breaks(batches: Sequence[BatchLike]) -> list[RangeBreak]:
    """Every place where a stream's ranges, in the order given, do not follow one another from 0.

    ``batches`` must hold all batches of the stream, warm-up included, in batch order.  A break
    forward is a hole (records lost, or a batch not reported), a break backward a repetition.
    """
    breaks: list[RangeBreak] = []
    ends: dict[int, int] = {}
    for batch in batches:
        for stream, first, count in batch.ranges:
            if count <= 0:
                continue
            expected = ends.get(stream, 0)
            if first != expected:
                breaks.append(RangeBreak(batch.batch_id, stream, expected, first))
            ends[stream] = first + count
    return breaks
