"""Sessions: events of a key belong together as long as no gap between them is too long.

Time: an event's own time parts sessions, and the watermark, ``delay_s`` behind the latest event of
all keys, ends them.  State: the sessions whose end the watermark has not reached.  Output: each
session once, when it is over (append mode; sessions know no update mode).  Order: none.  Empty
batches: nothing is written; a batch without data runs only to let a new watermark end sessions.
Late data: an event that comes up to ``delay_s`` late joins its session or bridges two; one that is
behind the watermark is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import events, interval, timely

PATHS = ("jvm",)
OUTPUT_MODE = "append"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``key``, ``start_ms``, ``end_ms``, ``count``; a session ends a gap after its last."""
    from pyspark.sql import functions as F

    timed = timely(events(lines), params["delay_s"])
    session = F.session_window("at", interval(params["gap_s"])).alias("session")
    return rows(timed.groupBy("key", session).count())


def rows(sessions: Any) -> Any:
    """A row of four columns for each session."""
    return sessions.selectExpr(
        "key",
        "unix_millis(session.start) AS start_ms",
        "unix_millis(session.end) AS end_ms",
        "count",
    )
