"""Word count: how often each word stands in a batch.

Time: none; a batch is what came within its interval.  State: none.  Output: each word of the batch
with its count.  Order: none.  Empty batches: nothing is counted, yet the output operation runs.
Late data: no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import add
from typing import Any

PATHS = ("python", "jvm")


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``, ``count``."""
    pairs = lines.flatMap(split).map(lambda word: (word, 1))
    return pairs.reduceByKey(add, params["partitions"])


def split(line: str) -> list[str]:
    """The words of a line, which single spaces part."""
    return [word for word in line.split(" ") if word]
