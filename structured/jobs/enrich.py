"""Enrichment: each event with what a static table knows of its key.

Time: none.  State: none; the table is a static DataFrame, sent to each worker in every batch
(broadcast join).  Where it is read from files, each batch sees them as they are then.  Output: each
event with its region and class, which are null, or the event left out (``unmatched``), where the
table lacks the key (append mode).  Order: none to rely on.  Empty batches: only batch 0 is written.
Late data: no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.contract.tables import table_rows

from ..records import events

PATHS = ("jvm",)
TABLE = "key STRING, region STRING, class INT"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``seq``, ``at_ms``, ``key``, ``value``, ``region``, ``class``."""
    from pyspark.sql import functions as F

    rows = list(table_rows(params["table_keys"]))
    table = lines.sparkSession.createDataFrame(rows, TABLE)
    how = "left" if params["unmatched"] == "keep" else "inner"
    joined = events(lines).join(F.broadcast(table), "key", how)
    return joined.select("seq", "at_ms", "key", "value", "region", "class")
