"""How many requests of a checkpoint belong to which batches.  Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.results.schema import REQUESTS, Requests

#: Seconds over which requests are added up where they are made.
BIN_S = 0.01

#: Unix seconds, and how many requests of each of ``REQUESTS`` came within :data:`BIN_S`.
Bin = tuple[float, Sequence[int]]


def asked_of_batches(
    bins: Sequence[Bin], starts: Sequence[float], from_s: float, to_s: float
) -> Requests | None:
    """What the batches that started in a span asked for; ``None`` without any.

    From the first one's start to the start of the first batch after the span: requests of a batch
    that was under way when the span began are not in it, those of its last one are.
    """
    inside = sorted(at for at in starts if from_s <= at < to_s)
    if not inside:
        return None
    end_s = min((at for at in starts if at >= to_s), default=math.inf)
    length_s = (to_s if math.isinf(end_s) else end_s) - inside[0]
    return Requests(batches=len(inside), length_s=length_s, **_counts(bins, inside[0], end_s))


def asked_between(
    bins: Sequence[Bin], starts: Sequence[float], from_s: float, to_s: float
) -> Requests:
    """What was asked for in a span, whoever asked."""
    batches = sum(from_s <= at < to_s for at in starts)
    return Requests(batches=batches, length_s=to_s - from_s, **_counts(bins, from_s, to_s))


def _counts(bins: Sequence[Bin], from_s: float, to_s: float) -> dict[str, int]:
    # A request may be as late as its bin is long.
    chosen = [counts for at, counts in bins if from_s < at + BIN_S <= to_s]
    return {kind: sum(counts[n] for counts in chosen) for n, kind in enumerate(REQUESTS)}
