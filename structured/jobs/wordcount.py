"""Word count: how often each word stands in a batch.

Time: none; a batch is what came since the one before.  State: none: the count is made inside
``foreachBatch``, since a streaming ``groupBy`` would count from the start of the stream.  Output:
each word of the batch with its count (append mode).  Order: none.  Empty batches: there are none,
but for the first one of a socket.  Late data: no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PATHS = ("jvm",)


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``."""
    return lines.select(split("value").alias("word")).where("word != ''")


def per_batch(words: Any, batch_id: int, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``, ``count``."""
    return words.groupBy("word").count()


def split(line: str) -> Any:
    """The words of a line, which single spaces part."""
    from pyspark.sql import functions as F

    return F.explode(F.split(line, " "))
