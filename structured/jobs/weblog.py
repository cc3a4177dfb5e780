"""Web server log: how often each status was answered in each minute, and where errors pile up.

Time: the minute is that of the request's own time.  State: a count for each minute and status,
until the watermark, ``delay_s`` behind the latest request, has passed the minute's end.  Output:
the counts that a batch changed (update mode); ``alert`` where ``alert_errors`` server errors or
more fell into one minute.  Order: none.  Empty batches: nothing is written; a batch without data
runs only to forget closed minutes.  Late data: counted in its own minute while that is open, else
dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import requests, timely

PATHS = ("jvm",)
OUTPUT_MODE = "update"
EVEN_ROWS = True
MINUTE = "1 minute"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``minute_ms``, ``status``, ``count``, ``alert``."""
    from pyspark.sql import functions as F

    timed = timely(requests(lines), params["delay_s"])
    minute = F.window("at", MINUTE).alias("minute")
    return row(timed.groupBy(minute, "status").count(), params["alert_errors"])


def row(counts: Any, errors: int) -> Any:
    """A count, with an alert where it is one of too many server errors."""
    return counts.selectExpr(
        "unix_millis(minute.start) AS minute_ms",
        "status",
        "count",
        f"if(status >= 500 AND count >= {errors}, 'alert', '') AS alert",
    )
