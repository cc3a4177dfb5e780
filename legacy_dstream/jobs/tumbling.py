"""Tumbling windows: how many events of each key fall into each window of their own time.

Time: the event's own time says to which window it belongs; when a count is written is up to the
clock of the machine, every ``window_s`` from the stream's start.  State: none but the records of
the current window.  Output: at the end of each window of the clock, the counts of what came in it;
an event-time window shows up in several of them, and the sum is its count.  Order: none.  Empty
batches: a window in which nothing came is written, without rows; batches within a window write
nothing at all.  Late data: counted in its own window, however late.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import add
from typing import Any

from ..records import events

PATHS = ("python", "jvm")
WINDOWS = ("window_s",)
SLIDES = True


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``start_ms``, ``key``, ``count``."""
    window_s = params["window_s"]
    window_ms = round(window_s * 1000)
    pairs = events(lines).map(lambda event: ((start(event.at_ms, window_ms), event.key), 1))
    counts = pairs.reduceByKeyAndWindow(add, None, window_s, window_s, params["partitions"])
    return counts.map(row)


def start(at_ms: int, window_ms: int) -> int:
    """When the window around ``at_ms`` begins, windows being counted from the epoch."""
    return at_ms - at_ms % window_ms


def row(pair: tuple[tuple[int, str], int]) -> tuple[int, str, int]:
    """A row of three columns."""
    (start_ms, key), count = pair
    return start_ms, key, count
