"""Tumbling windows: how many events of a key happened in each window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import stamped
from bench.verify.references.rows import Batches, Row, all_rows, last_rows, summed


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``start_ms``, ``key``, ``count``."""
    window_ms = round(params["window_s"] * 1000)
    counts = Counter((e.at_ms // window_ms * window_ms, e.key) for e in stamped(inputs[0]))
    return [(*key, count) for key, count in counts.items()]


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """Of running counts the last one; the parts that a DStream writes are added up."""
    if arm.engine == "structured":
        return last_rows(batches, 2)
    return summed(all_rows(batches), 0, 1)
