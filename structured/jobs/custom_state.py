"""Custom state: for each key how many values came, their sum, the largest and the latest one.

Time: the latest value is the one with the latest time of its own; of several, the largest.  State:
a record a key, kept for ever.  Output: the records of the keys a batch touched (update mode).
Order: none.  Empty batches: nothing is written.  Late data: counted like any other.  Choice:
``applyInPandasWithState``; ``transformWithState`` would need protobuf on every machine and the
RocksDB state store, and starts with Spark 4.0.  In Scala it is ``transformWithState``, typed, with
that store.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..records import events

PATHS = ("python", "jvm")
NEEDS = ("pandas", "pyarrow")
OUTPUT_MODE = "update"

#: Count, sum, largest, time of the latest and the latest.
NOTHING = (0, 0, 0, 0, 0)
STATE = "count long, sum long, largest long, latest_ms long, latest long"
ROW = "key string, count long, sum long, largest long, latest long"


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``key``, ``count``, ``sum``, ``largest``, ``latest``."""
    pairs = events(lines).select("key", "at_ms", "value").groupBy("key")
    return pairs.applyInPandasWithState(follow, ROW, STATE, OUTPUT_MODE, "NoTimeout")


def follow(key: tuple[Any, ...], frames: Iterator[Any], state: Any) -> Iterator[Any]:
    """Put the new record of a key into ``state``; runs for the keys that the batch touched."""
    count, total, largest, latest_ms, latest = state.get if state.exists else NOTHING
    for frame in frames:
        for at_ms, value in zip(frame["at_ms"].tolist(), frame["value"].tolist()):
            count, total, largest = count + 1, total + value, max(largest, value)
            latest_ms, latest = max((latest_ms, latest), (at_ms, value))
    state.update((count, total, largest, latest_ms, latest))
    yield row((key[0], (count, total, largest, latest_ms, latest)))


def row(pair: tuple[str, tuple[int, ...]]) -> Any:
    """A key's record without the time that only the state needs."""
    from pandas import DataFrame

    key, (count, total, largest, _latest_ms, latest) = pair
    columns = ["key", "count", "sum", "largest", "latest"]
    return DataFrame([(key, count, total, largest, latest)], columns=columns)
