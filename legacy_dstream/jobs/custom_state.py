"""Custom state: for each key how many values came, their sum, the largest and the latest one.

Time: the latest value is the one with the latest time of its own; of several, the largest.  State:
a record a key, kept for ever.  Output: the record of every key of the state in every batch.
Order: none.  Empty batches: the whole state is written again.  Late data: counted like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import events

PATHS = ("python", "jvm")

#: Count, sum, largest, time of the latest and the latest.
NOTHING = (0, 0, 0, 0, 0)


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``key``, ``count``, ``sum``, ``largest``, ``latest``."""
    pairs = events(lines).map(lambda event: (event.key, (event.at_ms, event.value)))
    states = pairs.updateStateByKey(follow, params["partitions"])
    return states.map(row)


def follow(values: list[tuple[int, int]], state: tuple[int, ...] | None) -> tuple[int, ...]:
    """The new record of a key; runs for every key of the state in every batch."""
    count, total, largest, latest_ms, latest = state or NOTHING
    for at_ms, value in values:
        count, total, largest = count + 1, total + value, max(largest, value)
        latest_ms, latest = max((latest_ms, latest), (at_ms, value))
    return count, total, largest, latest_ms, latest


def row(pair: tuple[str, tuple[int, ...]]) -> tuple[Any, ...]:
    """A key's record without the time that only the state needs."""
    key, (count, total, largest, _latest_ms, latest) = pair
    return key, count, total, largest, latest
