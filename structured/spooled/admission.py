"""Where a batch ends: everything received, or as much as a limit admits, always whole lines."""

from __future__ import annotations

from .segments import LF, Mark
from .spool import Spool

#: Below this a search goes line end by line end.
_NEAR_BYTES = 4096


def admit_records(spool: Spool, start: Mark, most: int) -> Mark:
    """The end of a batch of ``most`` records at most."""
    end = spool.end
    if end.records - start.records <= most:
        return end
    wanted = start.records + most
    at = max(start, spool.near_records(wanted))
    for block in spool.read(at.position, end.position):
        lines = block.count(LF)
        if at.records + lines >= wanted:
            inside = nth_line_end(block, wanted - at.records)
            return Mark(at.position + inside, wanted)
        at = Mark(at.position + len(block), at.records + lines)
    return end


def admit_bytes(spool: Spool, start: Mark, most: int) -> Mark:
    """The end of a batch of ``most`` bytes at most, but of one line at least."""
    end = spool.end
    wanted = start.position + most
    if end.position <= wanted:
        return end
    at = max(start, spool.near(wanted))
    position, records = at
    for block in spool.read(at.position, wanted):
        last = block.rfind(LF)
        if last >= 0:
            at = Mark(position + last + 1, records + block.count(LF))
        position, records = position + len(block), at.records
    if at > start:
        return at
    for block in spool.read(wanted, end.position):
        first = block.find(LF)
        if first >= 0:
            return Mark(wanted + first + 1, start.records + 1)
        wanted += len(block)
    return end


def nth_line_end(block: bytes, number: int) -> int:
    """The index after the line end with this number, counted from 1; it must be there.

    0 for number 0.
    """
    low, high = 0, len(block)
    while high - low > _NEAR_BYTES:
        middle = (low + high) // 2
        lines = block.count(LF, low, middle)
        if lines >= number:
            high = middle
        else:
            number -= lines
            low = middle
    for _ in range(number):
        low = block.index(LF, low) + 1
    return low
