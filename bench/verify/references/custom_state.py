"""Custom state: the last record of each key is made of all its events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import Stamped, stamped
from bench.verify.references.rows import Batches, Row, last_rows


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``key``, ``count``, ``sum``, ``largest``, ``latest``."""
    by_key: dict[str, list[Stamped]] = {}
    for event in stamped(inputs[0]):
        by_key.setdefault(event.key, []).append(event)
    return [(key, *_record(found)) for key, found in by_key.items()]


def _record(found: Sequence[Stamped]) -> tuple[int, int, int, int]:
    values = [event.amount for event in found]
    latest = max(found, key=lambda event: (event.at_ms, event.amount))
    return len(values), sum(values), max(values), latest.amount


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """The last row of each key: a DStream writes all keys each time, the other what changed."""
    return last_rows(batches, 1)
