"""Fraud alert: cards that were charged more than the limit within a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import stamped
from bench.verify.references.rows import Batches, Row, all_rows


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``start_ms``, ``card``, ``payments``, ``cents``."""
    window_ms = round(params["window_s"] * 1000)
    charged: dict[tuple[int, str], list[int]] = {}
    for payment in stamped(inputs[0]):
        start_ms = payment.at_ms // window_ms * window_ms
        charged.setdefault((start_ms, payment.key), []).append(payment.amount)
    return [
        (*key, len(cents), sum(cents))
        for key, cents in charged.items()
        if sum(cents) > params["limit_cents"]
    ]


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """The largest sums of each window and card: those of a DStream shrink in the end."""
    return list({row[:2]: row for row in sorted(all_rows(batches))}.values())
