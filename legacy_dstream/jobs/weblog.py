"""Web server log: how often each status was answered in each minute, and where errors pile up.

Time: the minute is that of the request's own time.  State: a count for each minute and status,
kept until nothing was added to it for a minute and ``delay_s`` by the clock of the machine.
Output: every count of the state in every batch; ``alert`` where ``alert_errors`` server errors or
more fell into one minute.  Order: none.  Empty batches: the whole state is written again.  Late
data: counted in its own minute; if that was forgotten, from one again.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from ..records import requests

PATHS = ("python", "jvm")
MINUTE_MS = 60_000


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``minute_ms``, ``status``, ``count``, ``alert``."""
    keep_s, errors = MINUTE_MS / 1000 + params["delay_s"], params["alert_errors"]
    pairs = requests(lines).map(lambda request: ((minute(request.at_ms), request.status), 1))
    states = pairs.updateStateByKey(
        lambda ones, state: add(ones, state, keep_s), params["partitions"]
    )
    return states.map(lambda pair: row(pair, errors))


def minute(at_ms: int) -> int:
    """When the minute around ``at_ms`` begins."""
    return at_ms - at_ms % MINUTE_MS


def add(ones: list[int], state: Any, keep_s: float) -> Any:
    """The new count, and when it last grew; ``None`` forgets it."""
    now = time.time()
    count, grown = state or (0, now)
    if ones:
        return count + sum(ones), now
    return state if now - grown <= keep_s else None


def row(pair: Any, errors: int) -> tuple[int, int, int, str]:
    """A count, with an alert where it is one of too many server errors."""
    (minute_ms, status), (count, _grown) = pair
    return minute_ms, status, count, "alert" if status >= 500 and count >= errors else ""
