"""Top k: the most frequent words of a batch, the first in the alphabet where counts are equal.

Time: none; a batch is what came since the one before.  State: none: all of it happens inside
``foreachBatch``, since a stream can only be sorted in complete mode, over all that ever came.
Output: at most ``k`` words with their counts (append mode).  Order: the most frequent word first,
all in one partition.  Empty batches: there are none, but for the first one of a socket.  Late data:
no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .wordcount import build as split_words
from .wordcount import per_batch as count_words

PATHS = ("jvm",)


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``."""
    return split_words(lines, params)


def per_batch(words: Any, batch_id: int, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``, ``count``."""
    return most_frequent(params["k"], count_words(words, batch_id, params))


def most_frequent(k: int, counts: Any) -> Any:
    """The ``k`` rows with the largest counts."""
    from pyspark.sql import functions as F

    return counts.orderBy(F.desc("count"), "word").limit(k)
