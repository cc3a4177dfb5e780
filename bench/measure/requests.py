"""How many requests of a checkpoint belong to which batches.  Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: What is counted, in the order in which ``bench.child.requests`` does.
KINDS: tuple[str, ...] = (
    *("creates", "renames", "lists", "opens", "deletes", "statuses", "mkdirs"),
)

#: What object stores charge as writes (``PUT``, ``COPY``, ``LIST``).  Reads and look-ups cost a
#: tenth of that or less there, deletes nothing.
CHARGED: tuple[str, ...] = ("creates", "renames", "lists")

#: Seconds over which requests are added up where they are made.
BIN_S = 0.01

#: Unix seconds, and the requests by kind of :data:`BIN_S` from then on.
Bin = tuple[float, Sequence[int]]


@dataclass(frozen=True)
class Asked:
    """Requests by kind, of so many batches, in so many seconds."""

    batches: int
    length_s: float
    counts: dict[str, int]


def asked_of_batches(
    bins: Sequence[Bin], starts: Sequence[float], from_s: float, to_s: float
) -> Asked | None:
    """What the batches that started in a span asked for; ``None`` without any.

    From the first one's start to the start of the first batch after the span: requests of a batch
    that was under way when the span began are not in it, those of its last one are.
    """
    inside = sorted(at for at in starts if from_s <= at < to_s)
    if not inside:
        return None
    end_s = min((at for at in starts if at >= to_s), default=math.inf)
    counts = _counts(bins, inside[0], end_s)
    return Asked(len(inside), min(end_s, to_s) - inside[0], counts)


def asked_between(
    bins: Sequence[Bin], starts: Sequence[float], from_s: float, to_s: float
) -> Asked:
    """What was asked for in a span, whoever asked."""
    batches = sum(from_s <= at < to_s for at in starts)
    return Asked(batches, to_s - from_s, _counts(bins, from_s, to_s))


def _counts(bins: Sequence[Bin], from_s: float, to_s: float) -> dict[str, int]:
    # A request may be as late as its bin is long.
    chosen = [counts for at, counts in bins if from_s < at + BIN_S <= to_s]
    return {kind: sum(counts[n] for counts in chosen) for n, kind in enumerate(KINDS)}
