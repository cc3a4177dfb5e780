"""Sessions: events of a key belong together as long as no gap between them is too long.

Time: an event's own time parts sessions; the clock of the machine ends them.  State: the sessions
of a key that may still grow; a key is forgotten when nothing came of it for ``gap_s`` and
``delay_s`` together, and a session when the key's own events are that far ahead.  Output: every
session of the state in every batch, so the last row of a session is the final one; no row says
that it is over.  Order: none.  Empty batches: the whole state is written again.  Late data: an
event that comes up to ``delay_s`` late joins its session or bridges two; one that is later, or
whose key is forgotten, begins a session of its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ..records import events

PATHS = ("python", "jvm")


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``key``, ``start_ms``, ``end_ms``, ``count``; a session ends a gap after its last."""
    gap_ms, keep_ms = round(params["gap_s"] * 1000), round(params["delay_s"] * 1000)
    pairs = events(lines).map(lambda event: (event.key, event.at_ms))
    states = pairs.updateStateByKey(
        lambda times, state: follow(times, state, gap_ms, keep_ms), params["partitions"]
    )
    return states.flatMap(rows)


def follow(times: list[int], state: Any, gap_ms: int, keep_ms: int) -> Any:
    """When the key was last heard of, and its sessions; ``None`` forgets it."""
    now = time.time()
    heard, sessions = state or (now, [])
    if not times:
        return None if now - heard > (gap_ms + keep_ms) / 1000 else state
    newest = max((end for _start, end, _count in sessions), default=0)
    living = [session for session in sessions if session[1] + keep_ms > newest - gap_ms]
    return now, merge(living + [(at_ms, at_ms + gap_ms, 1) for at_ms in times])


def merge(sessions: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Sessions (start, end, count) with those that meet made one, in order of time."""
    merged: list[tuple[int, int, int]] = []
    for start, end, count in sorted(sessions):
        if merged and start <= merged[-1][1]:
            first, last, before = merged.pop()
            start, end, count = first, max(end, last), before + count
        merged.append((start, end, count))
    return merged


def rows(pair: tuple[str, Any]) -> list[tuple[Any, ...]]:
    """A row for each session of a key."""
    key, (_heard, sessions) = pair
    return [(key, *session) for session in sessions]
