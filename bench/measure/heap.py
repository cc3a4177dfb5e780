"""Whether the heap keeps growing: a stream that will run out of memory does not hold."""

from __future__ import annotations

from collections.abc import Sequence

from bench.measure.settle import MEASURED_Z, trend

#: With fewer collections a rise is as likely the shape of one batch as a leak.
FEWEST_COLLECTIONS = 8


def heap_trend(samples: Sequence[tuple[int | None, int | None]]) -> bool | None:
    """Whether what collections leave in the heap rises; ``None`` where too few were seen.

    ``samples``: ``(number of the last collection, bytes it left)`` in order of time; only the
    first sample after each collection counts.  The rule is that of batch times
    (``bench.measure.settle``): Mann-Kendall at 1%, and a rise of a tenth of the median or more.
    """
    left: dict[int, int] = {}
    for number, size in samples:
        if number is not None and size is not None:
            left.setdefault(number, size)
    if len(left) < FEWEST_COLLECTIONS:
        return None
    seen = trend([float(size) for size in left.values()])
    return seen.z > 0 and seen.found(MEASURED_Z)
