"""Join of two streams: events with the same number, not too far apart in time.

Time: both must have come within the last ``window_s`` by the clock of the machine; of those pairs,
the ones whose own times are at most ``within_s`` apart.  State: none; the records of both streams
are kept for as long as the window reaches back.  Output: every pair of the window in every batch,
so each comes again until its older half has left the window.  Order: none.  Empty batches: the
pairs of the window are written again.  Late data: what comes ``window_s`` after its counterpart
finds it gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import events

PATHS = ("python", "jvm")
WINDOWS = ("window_s",)

#: Digits of an event's sequence number that both streams count alike.
NUMBER = 10


def build(left: Any, right: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``number``, ``left_ms``, ``right_ms``."""
    window_s, within_ms = params["window_s"], round(params["within_s"] * 1000)
    lefts = events(left).map(by_number).window(window_s)
    rights = events(right).map(by_number).window(window_s)
    pairs = lefts.join(rights, params["partitions"]).map(row)
    return pairs.filter(lambda pair: abs(pair[1] - pair[2]) <= within_ms)


def by_number(event: Any) -> tuple[str, int]:
    """What an event is found by, and its time."""
    return event.seq[-NUMBER:], event.at_ms


def row(pair: tuple[str, tuple[int, int]]) -> tuple[str, int, int]:
    """A row of three columns."""
    number, (left_ms, right_ms) = pair
    return number, left_ms, right_ms
