"""Deduplication: each key once.

Which of a key's events is let through is not compared: Structured Streaming promises none of those
in one batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import stamped
from bench.verify.references.rows import Batches, Row, all_rows


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``key``."""
    return [(key,) for key in dict.fromkeys(event.key for event in stamped(inputs[0]))]


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """The keys, as often as they came."""
    return [row[:1] for row in all_rows(batches)]
