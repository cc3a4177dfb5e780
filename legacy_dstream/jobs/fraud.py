"""Fraud alert: cards that were charged more than ``limit_cents`` within one window of time.

Time: the payment's own time says to which window it belongs.  State: the sums of all payments that
came in the last ``window_s`` and ``delay_s`` together, by the clock of the machine: what comes in
is added, what is older taken away, which needs a checkpoint directory.  Output: every window and
card above the limit, in every batch until its payments are taken away.  Order: none.  Empty
batches: the alerts are written again.  Late data: counted in its own window; what comes more than
that late counts alone, without the payments already taken away.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..records import payments

PATHS = ("python", "jvm")
WINDOWS = ("window_s", "delay_s")


def build(lines: Any, params: Mapping[str, Any]) -> Any:
    """Rows of ``start_ms``, ``card``, ``payments``, ``cents``."""
    window_ms, limit = round(params["window_s"] * 1000), params["limit_cents"]
    pairs = payments(lines).map(
        lambda payment: ((start(payment.at_ms, window_ms), payment.card), (1, payment.cents))
    )
    kept_s = params["window_s"] + params["delay_s"]
    sums = pairs.reduceByKeyAndWindow(
        add, sub, kept_s, numPartitions=params["partitions"], filterFunc=is_left
    )
    return sums.map(row).filter(lambda alert: alert[3] > limit)


def start(at_ms: int, window_ms: int) -> int:
    """When the window around ``at_ms`` begins, windows being counted from the epoch."""
    return at_ms - at_ms % window_ms


def add(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """Two sums of payments and cents as one."""
    return left[0] + right[0], left[1] + right[1]


def sub(left: tuple[int, int], right: tuple[int, int]) -> tuple[int, int]:
    """A sum without what has left the window."""
    return left[0] - right[0], left[1] - right[1]


def is_left(pair: tuple[Any, tuple[int, int]]) -> bool:
    """Whether any payment is still in the window."""
    return pair[1][0] > 0


def row(pair: tuple[tuple[int, str], tuple[int, int]]) -> tuple[int, str, int, int]:
    """A row of four columns."""
    (start_ms, card), (count, cents) = pair
    return start_ms, card, count, cents
