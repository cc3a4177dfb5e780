"""Sliding windows: how many events of each key came in the last ``window_s``, every ``slide_s``.

Time: the clock of the machine, in steps of a batch; windows are counted from the stream's start,
and an event's own time plays no part.  State: none; the counts of each batch are kept for as long
as a window reaches back, and are added up anew at each slide.  Output: at each slide every key of
the last ``window_s``, with the time at which that began.  Order: none.  Empty batches: a slide is
written whatever came; batches within it write nothing at all.  Late data: no such thing, an event
counts when it comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import add
from typing import Any

from ..records import events

PATHS = ("python", "jvm")
WINDOWS = ("window_s", "slide_s")
SLIDES = True


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``start_ms``, ``key``, ``count``."""
    window_s, slide_s = params["window_s"], params["slide_s"]
    pairs = events(lines).map(lambda event: (event.key, 1))
    counts = pairs.reduceByKeyAndWindow(add, None, window_s, slide_s, params["partitions"])
    return counts.transform(lambda end, rdd: rows(end, rdd, window_s))


def rows(end: datetime, rdd: Any, window_s: float) -> Any:
    """The counts of the window that ends with the batch of ``end``."""
    start_ms = round((end.timestamp() - window_s) * 1000)
    return rdd.map(lambda pair: (start_ms, *pair))
