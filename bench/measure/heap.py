"""Whether the heap keeps growing: a stream that will run out of memory does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from bench.measure.settle import TREND_Z, trend

#: With fewer collections a rise is as likely the shape of one batch as a leak.
FEWEST_COLLECTIONS = 8


def heap_trend(samples: Sequence[int | None]) -> bool | None:
    """Whether what collections leave rises; ``None`` where too few were seen, as in short trials.

    ``samples``: bytes that the last collection of the old generation left, in order of time; one
    that is repeated is the same collection's.  The rule is that of batch times
    (``bench.measure.settle``): Mann-Kendall at 1%, and a rise of a tenth of the median or more.
    """
    left = [float(size) for size, _same in groupby(samples) if size is not None]
    if len(left) < FEWEST_COLLECTIONS:
        return None
    seen = trend(left)
    return seen.z > 0 and seen.found(TREND_Z)
