"""Join: all pairs of events with the same number that are near enough in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import stamped
from bench.verify.references.rows import Batches, Row, all_rows


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``number``, ``left_ms``, ``right_ms``."""
    within_ms = round(params["within_s"] * 1000)
    rights: dict[str, list[int]] = {}
    for event in stamped(inputs[1]):
        rights.setdefault(event.seq[2:], []).append(event.at_ms)
    return [
        (event.seq[2:], event.at_ms, right_ms)
        for event in stamped(inputs[0])
        for right_ms in rights.get(event.seq[2:], ())
        if abs(event.at_ms - right_ms) <= within_ms
    ]


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """A DStream writes a pair in each batch in which both halves are in the window."""
    rows = all_rows(batches)
    return rows if arm.engine == "structured" else list(dict.fromkeys(rows))
