"""Top k: the most frequent words of a batch, the first in the alphabet where counts are equal.

Time: none; a batch is what came within its interval.  State: none.  Output: at most ``k`` words
with their counts.  Order: the most frequent word first, all in one partition.  Empty batches:
nothing is counted, yet the output operation runs.  Late data: no such thing.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from .wordcount import build as count_words

PATHS = ("python", "jvm")


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``, ``count``."""
    first = partial(most_frequent, params["k"])
    # First of each partition, then of what they have left.  ``RDD.top`` would be an action: inside
    # ``transform`` it would run while the jobs of the batch are still being made.
    return count_words(lines, params).mapPartitions(first).repartition(1).mapPartitions(first)


def most_frequent(k: int, counts: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The ``k`` pairs with the largest counts."""
    return heapq.nsmallest(k, counts, key=lambda pair: (-pair[1], pair[0]))
