"""Deduplication: of all events with the same key only the first one.

Time: a key is remembered for ``horizon_s`` by the clock of the machine.  State: the keys seen
within that time.  Output: the first event of each key, in the batch it came with; of several in
one batch the one sent first.  Order: none.  Empty batches: written, without rows, yet the whole
state is gone through.  Late data: no such thing; what comes again after ``horizon_s`` is let
through again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ..records import events

PATHS = ("python", "jvm")


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``key``, ``at_ms``, ``value``."""
    horizon_s = params["horizon_s"]
    pairs = events(lines).map(lambda event: (event.key, event))
    states = pairs.updateStateByKey(
        lambda found, state: remember(found, state, horizon_s), params["partitions"]
    )
    return states.filter(is_new).map(row)


def remember(found: list[Any], state: Any, horizon_s: float) -> Any:
    """When a key was first seen, and the event if that was now; ``None`` forgets the key."""
    now = time.time()
    if state is not None and now - state[0] <= horizon_s:
        return state[0], None
    return (now, tuple(min(found))) if found else None


def is_new(pair: tuple[str, Any]) -> bool:
    """Whether the key was first seen in this batch."""
    return pair[1][1] is not None


def row(pair: tuple[str, Any]) -> tuple[Any, ...]:
    """The first event of a key."""
    key, (_since, (_seq, at_ms, _key, value)) = pair
    return key, at_ms, value
