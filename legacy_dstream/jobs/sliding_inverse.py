"""Sliding windows by difference: add what came into the window, take away what has left it.

Time: as with ``sliding``, the clock of the machine in steps of a batch.  State: the counts of the
last window, from which those of the next one are made; that needs a checkpoint directory, and a
filter that drops the keys whose count has come down to zero.  Output: at each slide every key of
the last ``window_s``, with the time at which that began.  Order: none.  Empty batches: a slide is
written whatever came; batches within it write nothing at all.  Late data: no such thing, an event
counts when it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import add, sub
from typing import Any

from ..records import events

PATHS = ("python", "jvm")
WINDOWS = ("window_s", "slide_s")
SLIDES = True


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``start_ms``, ``key``, ``count``."""
    window_s, slide_s = params["window_s"], params["slide_s"]
    pairs = events(lines).map(lambda event: (event.key, 1))
    counts = pairs.reduceByKeyAndWindow(
        add, sub, window_s, slide_s, params["partitions"], filterFunc=is_left
    )
    return counts.transform(lambda end, rdd: rows(end, rdd, window_s))


def is_left(pair: tuple[str, int]) -> bool:
    """Whether any event of the key is still in the window."""
    return pair[1] > 0


def rows(end: datetime, rdd: Any, window_s: float) -> Any:
    """The counts of the window that ends with the batch of ``end``."""
    start_ms = round((end.timestamp() - window_s) * 1000)
    return rdd.map(lambda pair: (start_ms, *pair))
