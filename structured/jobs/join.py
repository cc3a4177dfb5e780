"""Join of two streams: events with the same number, not too far apart in time.

Time: the own times of both must be at most ``within_s`` apart; when they come matters only through
the watermark, ``delay_s`` behind the latest event of the stream that is further behind.  State:
the events of both streams, until the watermark says that no counterpart can come any more.
Output: every pair once, in the batch in which the second half came (append mode).  Order: none.
Empty batches: nothing is written; a batch without data runs only to forget events.  Late data: an
event behind the watermark is dropped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import events, interval, timely

PATHS = ("jvm",)
OUTPUT_MODE = "append"

#: Digits of an event's sequence number that both streams count alike.
NUMBER = 10


def build(left: Any, right: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``number``, ``left_ms``, ``right_ms``."""
    from pyspark.sql import functions as F

    delay_s, within = params["delay_s"], interval(params["within_s"])
    lefts = timely(events(left), delay_s).select(*by_number("left"))
    rights = timely(events(right), delay_s).select(*by_number("right"))
    near = f"right_at BETWEEN left_at - INTERVAL {within} AND left_at + INTERVAL {within}"
    return row(lefts.join(rights, F.expr(f"left_number = right_number AND {near}")))


def by_number(side: str) -> list[Any]:
    """What an event is found by, and its time."""
    from pyspark.sql import functions as F

    number = F.expr(f"right(seq, {NUMBER})").alias(f"{side}_number")
    return [number, F.col("at_ms").alias(f"{side}_ms"), F.col("at").alias(f"{side}_at")]


def row(pairs: Any) -> Any:
    """A row of three columns."""
    return pairs.selectExpr("left_number AS number", "left_ms", "right_ms")
