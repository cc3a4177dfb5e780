"""Deduplication: of all events with the same key only the first one.

Time: a key is remembered until the watermark, ``horizon_s`` behind the latest event, has passed
its first event by ``horizon_s``.  State: the keys not yet forgotten.  Output: the first event of
each key, in the batch it came with (append mode); of several in one batch any one.  Order: none.
Empty batches: nothing is written; a batch without data runs only to forget keys.  Late data:
dropped behind the watermark, whether seen before or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import events, timely

PATHS = ("jvm",)
OUTPUT_MODE = "append"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``key``, ``at_ms``, ``value``."""
    timed = timely(events(lines), params["horizon_s"])
    return row(timed.dropDuplicatesWithinWatermark(["key"]))


def row(firsts: Any) -> Any:
    """The first event of each key."""
    return firsts.select("key", "at_ms", "value")
