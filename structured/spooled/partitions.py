"""From a batch to what its tasks read: newline-aligned byte ranges of the files."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .segments import LF
from .spool import Spool


@dataclass(frozen=True)
class Piece:
    """Bytes ``first`` to ``past`` of one file, whole lines."""

    name: str
    first: int
    past: int


def plan_pieces(spool: Spool, start: int, end: int, target_bytes: int) -> list[tuple[Piece, ...]]:
    """For each task its pieces, in order of arrival; ``start`` and ``end`` are lines' ends.

    Tasks get about the same number of bytes, ``target_bytes`` at most but for the line that goes
    beyond; so there may be fewer tasks than lines of that size, and none for an empty batch.
    """
    if end <= start:
        return []
    tasks = math.ceil((end - start) / target_bytes)
    cuts = [start]
    for number in range(1, tasks):
        cut = _line_end_from(spool, start + (end - start) * number // tasks, end)
        if cuts[-1] < cut < end:
            cuts.append(cut)
    cuts.append(end)
    return [_pieces(spool, low, high) for low, high in zip(cuts, cuts[1:])]


def _line_end_from(spool: Spool, position: int, end: int) -> int:
    """The first line's end at or after ``position``."""
    searched = position - 1
    step = 4096
    while searched < end:
        past = min(end, searched + step)
        for block in spool.read(searched, past):
            found = block.find(LF)
            if found >= 0:
                return searched + found + 1
            searched += len(block)
        step *= 8
    return end


def _pieces(spool: Spool, start: int, end: int) -> tuple[Piece, ...]:
    pieces = []
    for segment in spool.segments():
        low, high = max(start, segment.start.position), min(end, segment.end)
        if low < high:
            first = low - segment.start.position
            pieces.append(Piece(segment.name, first, first + high - low))
    return tuple(pieces)
