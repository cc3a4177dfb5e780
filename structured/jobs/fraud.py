"""Fraud alert: cards that were charged more than ``limit_cents`` within one window of time.

Time: the payment's own time says to which window it belongs.  State: a sum for each window and
card, until the watermark, ``delay_s`` behind the latest payment, has passed the window's end.
Output: the windows and cards above the limit whose sum a batch changed (update mode).  Order:
none.  Empty batches: nothing is written; a batch without data runs only to forget closed windows.
Late data: counted in its own window while that is open, else dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import interval, payments, timely

PATHS = ("jvm",)
OUTPUT_MODE = "update"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``start_ms``, ``card``, ``payments``, ``cents``."""
    from pyspark.sql import functions as F

    timed = timely(payments(lines), params["delay_s"])
    window = F.window("at", interval(params["window_s"])).alias("window")
    sums = timed.groupBy(window, "card").agg(F.count("*").alias("payments"), total("cents"))
    return row(sums).where(F.col("cents") > params["limit_cents"])


def total(column: str) -> Any:
    """The sum of a column under its own name."""
    from pyspark.sql import functions as F

    return F.sum(column).alias(column)


def row(sums: Any) -> Any:
    """A row of four columns."""
    return sums.selectExpr("unix_millis(window.start) AS start_ms", "card", "payments", "cents")
