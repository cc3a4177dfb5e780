"""Running word count: how often each word has come since the stream began.

Time: none.  State: one count a word, kept for ever; it grows with the number of words.  Output:
the words a batch touched, each with its new count (update mode).  Order: none.  Empty batches:
nothing is written.  Late data: no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PATHS = ("jvm",)
OUTPUT_MODE = "update"
EVEN_ROWS = True


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``, ``count``."""
    words = lines.select(split("value").alias("word"))
    return words.where("word != ''").groupBy("word").count()


def split(line: str) -> Any:
    """The words of a line, which single spaces part."""
    from pyspark.sql import functions as F

    return F.explode(F.split(line, " "))
