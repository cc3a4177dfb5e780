"""How late records were sent, and whose fault it was. Pure.

A record intended at x and accepted by the kernel at y was y − x late. B(t) is the time up to t for
which its socket was full: from a send that took less than it was given until the socket was
reported writable again. B(y) − B(x) of the lag was *blocked*, which is the reader's; the rest, in
which the socket was writable and the generator late, was *starved*, which is the generator's.
All times are seconds from t0.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

#: At most about this many records are looked at; of more, every k-th one, k the smallest that fits.
MAX_RECORDS = 2_000_000
_WALK = 1 << 18


class Timetable(Protocol):
    """Intended offsets of one stream: `Schedule` or `ReplaySchedule`."""

    def times(self, first: int, count: int) -> NDArray[np.float64]:
        """Offsets of records [first, first + count)."""

    def count_before(self, t_s: float) -> int:
        """How many records have an offset below `t_s`."""


class SendLog:
    """What one stream sent when: chunks of consecutive records, and spells of a full socket.

    With `limit`, only about that many latest chunks and spells are kept, for a load without end.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._limit = limit
        self._firsts = array("q")
        self._sent_at = array("d")
        self._blocked = array("d")  # start, end, start, end, …
        self.delivered = 0
        self.blocked_s = 0.0

    @property
    def last_sent_at(self) -> float | None:
        """When the latest record was accepted, in seconds from t0."""
        return self._sent_at[-1] if self._sent_at else None

    def sent(self, first: int, count: int, at_s: float) -> None:
        """Records [first, first + count), which follow the last chunk, were accepted by `at_s`."""
        self._firsts.append(first)
        self._sent_at.append(at_s)
        self.delivered = first + count
        if self._limit is not None and len(self._firsts) > 2 * self._limit:
            del self._firsts[: -self._limit]
            del self._sent_at[: -self._limit]

    def blocked(self, from_s: float, to_s: float) -> None:
        """The socket was full during [from_s, to_s), which follows the last such spell."""
        self._blocked.append(from_s)
        self._blocked.append(to_s)
        self.blocked_s += to_s - from_s
        if self._limit is not None and len(self._blocked) > 4 * self._limit:
            del self._blocked[: -2 * self._limit]

    @property
    def oldest(self) -> int:
        """The first record whose sending is still on the log."""
        return self._firsts[0] if self._firsts else self.delivered

    def sent_at(self, records: NDArray[np.int64]) -> NDArray[np.float64]:
        """When each record, from `oldest` to before `delivered`, was accepted."""
        chunk = np.searchsorted(np.array(self._firsts), records, side="right") - 1
        times: NDArray[np.float64] = np.array(self._sent_at)[chunk]
        return times

    def blocked_before(self, t_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """B(t)."""
        if not self._blocked:
            return np.zeros_like(t_s)
        knots = np.array(self._blocked)
        spells = np.diff(knots)
        spells[1::2] = 0.0
        return np.interp(t_s, knots, np.concatenate(([0.0], np.cumsum(spells))))

    def sent_between(self, from_s: float, to_s: float) -> int:
        """Records accepted during [from_s, to_s)."""
        firsts = np.append(np.array(self._firsts, dtype=np.int64), self.delivered)
        low, high = np.searchsorted(np.array(self._sent_at), (from_s, to_s))
        return int(firsts[high] - firsts[low])


@dataclass(frozen=True)
class Spread:
    """Seconds; percentiles as numpy's default (linear)."""

    p50: float
    p99: float
    max: float


@dataclass(frozen=True)
class LagReport:
    """Lag of the records intended during [from_s, to_s), seconds from t0, over all streams.

    `n` of them were delivered and `undelivered` not (yet), so that with `undelivered` above 0 the
    figures are too low. One record in `stride` was looked at. `offered_per_s` counts the records
    intended in the window, `delivered_per_s` those accepted by the kernel in it.
    """

    from_s: float
    to_s: float
    n: int
    undelivered: int
    stride: int
    total_s: Spread
    starved_s: Spread
    blocked_s: Spread
    offered_per_s: float
    delivered_per_s: float

    def to_dict(self) -> dict[str, Any]:
        """The fields as JSON values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> LagReport:
        """The report of `to_dict`."""
        spreads = {key: Spread(**data[key]) for key in ("total_s", "starved_s", "blocked_s")}
        return cls(**{**data, **spreads})


def lag_between(
    streams: Sequence[tuple[Timetable, SendLog]],
    from_s: float,
    to_s: float,
    max_records: int = MAX_RECORDS,
) -> LagReport:
    """The lag of exactly the records intended during [from_s, to_s).

    All zeros when there is none. ValueError when the window is empty or not finite.
    """
    if not (math.isfinite(from_s) and math.isfinite(to_s) and from_s < to_s):
        raise ValueError(f"lag window {from_s} to {to_s} s is empty: give from_s below to_s")
    ranges = [(table.count_before(from_s), table.count_before(to_s)) for table, _ in streams]
    kept = [
        (table, log, max(first, log.oldest), min(end, log.delivered))
        for (table, log), (first, end) in zip(streams, ranges, strict=True)
    ]
    intended = sum(end - first for first, end in ranges)
    n = sum(max(end - first, 0) for _, _, first, end in kept)
    stride = max(-(-n // max_records), 1)
    totals: list[NDArray[np.float64]] = [np.zeros(0)]
    blocks: list[NDArray[np.float64]] = [np.zeros(0)]
    for table, log, first, end in kept:
        if first < end:
            records = np.arange(first, end, stride)
            due = _times_of(table, first, end, stride)
            at = log.sent_at(records)
            totals.append(at - due)
            blocks.append(log.blocked_before(at) - log.blocked_before(due))
    total, blocked = np.concatenate(totals), np.concatenate(blocks)
    # Blocked never exceeds the total but by a rounding of the subtraction.
    starved = np.maximum(total - blocked, 0.0)
    missing = sum(
        max(end - max(log.delivered, first), 0)
        for (_, log), (first, end) in zip(streams, ranges, strict=True)
    )
    return LagReport(
        from_s=from_s,
        to_s=to_s,
        n=n,
        undelivered=missing,
        stride=stride,
        total_s=_spread(total),
        starved_s=_spread(starved),
        blocked_s=_spread(blocked),
        offered_per_s=intended / (to_s - from_s),
        delivered_per_s=sum(log.sent_between(from_s, to_s) for _, log in streams) / (to_s - from_s),
    )


def _times_of(table: Timetable, first: int, end: int, stride: int) -> NDArray[np.float64]:
    """Offsets of every stride-th record, without holding the others of a long window."""
    step = max(_WALK // stride, 1) * stride
    parts = [
        table.times(start, min(step, end - start))[::stride] for start in range(first, end, step)
    ]
    return np.concatenate(parts)


def _spread(values: NDArray[np.float64]) -> Spread:
    if not len(values):
        return Spread(0.0, 0.0, 0.0)
    p50, p99 = np.percentile(values, (50, 99))
    return Spread(float(p50), float(p99), float(values.max()))
