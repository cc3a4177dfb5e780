"""Tumbling windows: how many events of each key fall into each window of their own time.

Time: the event's own time says to which window it belongs, the watermark, ``delay_s`` behind the
latest event, when it is closed.  State: a count for each window and key, until the watermark has
passed the window's end.  Output: the counts that a batch changed (update mode), so the last row of
a window and key is its count.  Order: none.  Empty batches: nothing is written; a batch without
data runs only to forget closed windows.  Late data: counted in its own window while that is open,
else dropped.
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

    timed = timely(events(lines), params["delay_s"])
    window = F.window("at", interval(params["window_s"])).alias("window")
    return row(timed.groupBy(window, "key").count())


def row(counts: Any) -> Any:
    """A row of three columns."""
    return counts.selectExpr("unix_millis(window.start) AS start_ms", "key", "count")
