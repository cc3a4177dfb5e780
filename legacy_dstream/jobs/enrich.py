"""Enrichment: each event with what a static table knows of its key.

Time: none.  State: none; the table is sent to each worker once, as a broadcast variable, and stays
as it was when the stream began.  A broadcast variable does not survive a restart from a checkpoint.
Output: each event with its region and class, which are empty, or the event left out
(``unmatched``), where the table lacks the key.  Order: arrival order within a partition.  Empty
batches: written, as a header alone.  Late data: no such thing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bench.contract.tables import table_rows

from ..records import Event, events

PATHS = ("python", "jvm")


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``seq``, ``at_ms``, ``key``, ``value``, ``region``, ``class``."""
    known = {key: (region, kind) for key, region, kind in table_rows(params["table_keys"])}
    table = lines.context().sparkContext.broadcast(known)
    keep = params["unmatched"] == "keep"
    return events(lines).flatMap(lambda event: look_up(event, table.value, keep))


def look_up(
    event: Event, table: Mapping[str, tuple[str, int]], keep: bool
) -> Iterator[tuple[Any, ...]]:
    """The event with its row of the table."""
    found = table.get(event.key)
    if found is not None:
        yield (*event, *found)
    elif keep:
        yield (*event, None, None)
