"""Sessions: runs of a key's events without a gap, as far as the watermark has ended them.

Only sessions that end ``delay_s`` before the latest event are compared: Structured Streaming has
not written the later ones yet, and a DStream never says that a session is over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import stamped
from bench.verify.references.rows import Batches, Row, all_rows

#: Parameters of the check: a delay no key of a DStream waits out while a check runs.
PARAMS = {"gap_s": 2.0, "delay_s": 30.0}


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``key``, ``start_ms``, ``end_ms``, ``count``."""
    gap_ms = round(params["gap_s"] * 1000)
    times: dict[str, list[int]] = {}
    for event in stamped(inputs[0]):
        times.setdefault(event.key, []).append(event.at_ms)
    return over([row for key, found in times.items() for row in _runs(key, found, gap_ms)], params)


def _runs(key: str, times: Iterable[int], gap_ms: int) -> list[Row]:
    found: list[list[int]] = []
    for at_ms in sorted(times):
        if found and at_ms <= found[-1][1]:
            found[-1] = [found[-1][0], at_ms + gap_ms, found[-1][2] + 1]
        else:
            found.append([at_ms, at_ms + gap_ms, 1])
    return [(key, *run) for run in found]


def over(sessions: Sequence[Row], params: Mapping[str, Any]) -> list[Row]:
    """The sessions that the watermark has ended; the latest one ends a gap after the last event."""
    gap_ms, delay_ms = round(params["gap_s"] * 1000), round(params["delay_s"] * 1000)
    watermark = max((row[2] for row in sessions), default=0) - gap_ms - delay_ms
    return [row for row in sessions if row[2] <= watermark]


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """Of a DStream the last row of each session that is over; the others write no others."""
    if arm.engine == "structured":
        return all_rows(batches)
    last: dict[str, list[Row]] = {}
    for row in all_rows(batches):
        # A session that grows, or bridges two, takes the place of those it meets.
        others = [one for one in last.get(row[0], ()) if one[2] < row[1] or row[2] < one[1]]
        last[row[0]] = [*others, row]
    return over([row for found in last.values() for row in found], PARAMS)
