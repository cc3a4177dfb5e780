"""Sliding windows: how many events of each key happened within ``window_s``, every ``slide_s``.

Time: the event's own time says to which windows it belongs; they are counted from the epoch.
State: a count for each window and key, until the watermark, ``delay_s`` behind the latest event,
has passed the window's end; an event is in ``window_s / slide_s`` windows and counted in each.
Output: the counts that a batch changed (update mode), each with the time at which its window
begins.  Order: none.  Empty batches: nothing is written; a batch without data runs only to forget
closed windows.  Late data: counted in those of its windows that are open, dropped from the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import events, interval, timely

PATHS = ("jvm",)
OUTPUT_MODE = "update"
EVEN_ROWS = True


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``start_ms``, ``key``, ``count``."""
    from pyspark.sql import functions as F

    window_s, slide_s = params["window_s"], params["slide_s"]
    timed = timely(events(lines), params["delay_s"])
    window = F.window("at", interval(window_s), interval(slide_s)).alias("window")
    return rows(timed.groupBy(window, "key").count())


def rows(counts: Any) -> Any:
    """A row of three columns."""
    return counts.selectExpr("unix_millis(window.start) AS start_ms", "key", "count")
