"""What a fault did to a stream, from the records that came out of it. Pure.

Outage: the longest time between two moments at which something new became visible, of those that
ended after the fault.  Backlog: records due and not visible, without those that never came.  What
waits just before a batch is visible is its peak, what waits just after it its low.  The backlog is
there from the first batch with a peak above :data:`ABOVE` times the highest one before the fault,
and gone with the first from then on whose low is not above as many times the highest low.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.measure.cohort import Window
from bench.measure.first_seen import FirstSeen
from bench.measure.inputs import Floats, ScheduleLike
from bench.results.schema import FaultSeen, Quantiles

#: A backlog by so much above the usual one is no accident of where in the interval a batch began.
ABOVE = 1.5

#: A stream whose next record has been due for less is not held up: the load was just ended.
HELD_UP_S = 1.0


@dataclass(frozen=True)
class Strike:
    """When a fault struck and when its cause was over, in Unix seconds.

    ``due_at`` is the intended time of the records it was to strike at, ``records`` which they are.
    ``load_ended_at``: from then on no record was due any more.  ``ended_by``, ``ends``: see schema.
    """

    kind: str
    due_at: float
    records: tuple[int, ...]
    injected_at: float | None
    ended_at: float | None
    load_ended_at: float
    ended_by: str = ""
    ends: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Moments:
    """Times at which something new was visible, with the records waiting before and after each."""

    at: Floats
    peak: Floats
    low: Floats


def fault_seen(
    seen: FirstSeen, schedules: Sequence[ScheduleLike], window: Window, strike: Strike
) -> FaultSeen:
    """The part of a result that tells of the fault; ``seen`` is of the whole stream."""
    over = strike.ended_at or strike.injected_at or strike.due_at
    back = _came_back(seen, schedules, window.t0, over)
    moments = _moments(seen, schedules, window)
    gone_s = _backlog_gone_s(moments, window, strike.due_at) if back else None
    during_until = max(strike.due_at + (gone_s or 0.0), over)
    lost, pending = _missing(seen)
    before, during, after = (
        _latency(seen, schedules, window, start, end)
        for start, end in (
            (window.t0 + window.start_s, strike.due_at),
            (strike.due_at, during_until if gone_s is not None else np.inf),
            (during_until if gone_s is not None else np.inf, window.t0 + window.end_s),
        )
    )
    return FaultSeen(
        kind=strike.kind,
        struck_at=strike.due_at,
        records=list(strike.records),
        injected_at=strike.injected_at,
        ended_at=strike.ended_at,
        came_back=back,
        outage_s=_outage_s(moments.at, strike.due_at) if back else None,
        backlog_gone_s=gone_s,
        lost_records=lost,
        pending_records=pending,
        unsent_records=_unsent(seen, schedules, strike.load_ended_at - window.t0),
        repeated_records=seen.repeated,
        before=before,
        during=during,
        after=after,
        ended_by=strike.ended_by,
        ends=list(strike.ends),
    )


def _came_back(seen: FirstSeen, schedules: Sequence[ScheduleLike], t0: float, over: float) -> bool:
    """Whether every stream has shown a record that was due after the fault's end."""
    return all(
        bool(np.isfinite(at[schedule.count_before(over - t0) :]).any())
        for at, schedule in zip(seen.at, schedules, strict=True)
    )


def _moments(seen: FirstSeen, schedules: Sequence[ScheduleLike], window: Window) -> _Moments:
    shown = [(batch.visible, batch.records) for batch in seen.batches if batch.records]
    at = np.array([moment for moment, _ in shown])
    done = np.cumsum([records for _, records in shown], dtype=np.float64)
    never = [np.flatnonzero(np.isinf(one)) for one in seen.at]
    sent = [len(one) for one in seen.at]
    due = np.array([_due(moment - window.t0, schedules, never, sent) for moment in at])
    before = np.concatenate(([0.0], done[:-1])) if len(done) else done
    return _Moments(at, due - before, due - done)


def _due(
    t_s: float,
    schedules: Sequence[ScheduleLike],
    never: Sequence[NDArray[np.intp]],
    sent_records: Sequence[int],
) -> float:
    """Records that are due and will be visible some time."""
    total = 0
    for schedule, missing, sent in zip(schedules, never, sent_records, strict=True):
        # A schedule has no end, but the load had one.
        count = min(schedule.count_before(t_s), sent)
        total += count - int(np.searchsorted(missing, count))
    return float(total)


def _outage_s(at: Floats, struck: float) -> float | None:
    ends = np.flatnonzero(at > struck)
    ends = ends[ends > 0]
    return float((at[ends] - at[ends - 1]).max()) if len(ends) else None


def _backlog_gone_s(moments: _Moments, window: Window, struck: float) -> float | None:
    at = moments.at
    usual = (at >= window.t0 + window.start_s) & (at < struck)
    later = np.flatnonzero(at >= struck)
    if not usual.any() or not len(later):
        return None
    high = moments.peak[later] > ABOVE * moments.peak[usual].max()
    if not high.any():
        return 0.0
    rest = later[int(np.argmax(high)) :]
    calm = moments.low[rest] <= ABOVE * max(float(moments.low[usual].max()), 1.0)
    return float(at[rest[int(np.argmax(calm))]] - struck) if calm.any() else None


def _missing(seen: FirstSeen) -> tuple[int, int]:
    """Records passed over, and those after the last one that became visible."""
    lost = pending = 0
    for at in seen.at:
        shown = np.flatnonzero(np.isfinite(at))
        past = int(shown[-1]) + 1 if len(shown) else 0
        lost += past - len(shown)
        pending += len(at) - past
    return lost, pending


def _unsent(seen: FirstSeen, schedules: Sequence[ScheduleLike], ended_s: float) -> int:
    """Records due and not sent, of streams that were held up when the load ended."""
    total = 0
    for at, schedule in zip(seen.at, schedules, strict=True):
        if float(schedule.times(len(at), 1)[0]) < ended_s - HELD_UP_S:
            total += schedule.count_before(ended_s) - len(at)
    return total


def _latency(
    seen: FirstSeen,
    schedules: Sequence[ScheduleLike],
    window: Window,
    start: float,
    end: float,
) -> Quantiles | None:
    """Latency of the visible records intended from ``start`` to before ``end`` (Unix seconds).

    As far as they are of the measured window.
    """
    low_s, high_s = max(start - window.t0, window.start_s), min(end - window.t0, window.end_s)
    parts = []
    for at, schedule in zip(seen.at, schedules, strict=True):
        if not low_s < high_s:
            continue
        first, last = (min(schedule.count_before(t), len(at)) for t in (low_s, high_s))
        if first < last:
            # Unix times this close subtract without rounding.
            late = (at[first:last] - window.t0) - schedule.times(first, last - first)
            parts.append(late[np.isfinite(late)])
    values = np.concatenate(parts) if parts else np.empty(0)
    if not len(values):
        return None
    p50, p90, p95, p99 = np.quantile(values, [0.5, 0.9, 0.95, 0.99])
    return Quantiles(
        n=len(values),
        p50=float(p50),
        p90=float(p90),
        p95=float(p95),
        p99=float(p99),
        max=float(values.max()),
        mean=float(values.mean()),
        negative=int((values < 0).sum()),
    )
