"""Running word count: how often each word has come since the stream began.

Time: none.  State: one count a word, kept for ever; it grows with the number of words.  Output:
every word of the state in every batch, whether the batch touched it or not: an update function
runs for each key each time.  Order: none.  Empty batches: the whole state is written again.  Late
data: no such thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PATHS = ("python", "jvm")


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``word``, ``count``."""
    words = lines.flatMap(split)
    pairs = words.map(lambda word: (word, 1))
    return pairs.updateStateByKey(add, params["partitions"])


def split(line: str) -> list[str]:
    """The words of a line, which single spaces part."""
    return [word for word in line.split(" ") if word]


def add(ones: list[int], total: int | None) -> int:
    """The new count of a word, given what the batch brought and what the state holds."""
    return (total or 0) + sum(ones)
