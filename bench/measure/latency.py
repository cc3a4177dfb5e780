"""End-to-end latency of the cohort, exact, from ranges and the schedule alone.

Gross latency of a record = the moment its batch was visible - its *intended* send time, so that
neither a late generator nor a full socket is forgiven (no coordinated omission).

Net latency = gross - the wait for the trigger.  Both engines align their triggers to multiples of
the interval since the epoch, so the wait has one definition for both: from the intended time to
the next such tick, or to the start of the record's batch where that came first (an engine that is
late starts its next batch between ticks); never below zero.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from bench.measure.chunks import visible_s
from bench.measure.cohort import Window, cohort_pieces
from bench.measure.distribution import RECORDS_BEYOND, STANDARD_P, ExactQuantiles
from bench.measure.inputs import BatchLike, Floats, ScheduleLike
from bench.results.schema import Latency

#: Records worked on at once; small enough for the processor's cache.
CHUNK = 1 << 17

#: A record this close after a tick counts as on it: Unix seconds as float64 resolve 0.24 us.
TICK_TOLERANCE_S = 1e-6


def trigger_wait(offsets: Floats, batch_started: float, window: Window) -> Floats:
    """Seconds each record waited for the trigger; ``offsets`` are its intended times from t0."""
    phased = offsets + tick_phase(window.t0, window.trigger_s)
    wait = np.ceil((phased - TICK_TOLERANCE_S) / window.trigger_s)
    wait *= window.trigger_s
    wait -= phased
    np.minimum(wait, (batch_started - window.t0) - offsets, out=wait)
    return np.maximum(wait, 0.0, out=wait)


def tick_phase(t0: float, trigger_s: float) -> float:
    """Seconds from the last multiple of the interval since the epoch to ``t0``.

    In whole microseconds where it matters: an interval such as 0.2 s is not exact in binary, and
    ten billion of them would add up to a tenth of a microsecond.
    """
    trigger_us = round(trigger_s * 1e6)
    if trigger_us < 1:
        raise ValueError(f"the trigger interval must be at least 1 us, not {trigger_s} s")
    whole = int(t0 // 1)
    return ((whole * 1_000_000 % trigger_us) / 1e6 + (t0 - whole)) % (trigger_us / 1e6)


def latencies(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> Iterator[tuple[Floats, Floats]]:
    """Gross and net latency of every visible record of the cohort, chunk by chunk."""
    for batch, stream, first, count in cohort_pieces(batches, schedules, window):
        for offsets, gross in _gross(batch, schedules, stream, first, count, window):
            yield gross, gross - trigger_wait(offsets, batch.started, window)


def _gross(
    batch: BatchLike,
    schedules: Sequence[ScheduleLike],
    stream: int,
    first: int,
    count: int,
    window: Window,
) -> Iterator[tuple[Floats, Floats]]:
    """Intended times and gross latency of a range's records, in parts."""
    for start in range(first, first + count, CHUNK):
        records = min(CHUNK, first + count - start)
        offsets = schedules[stream].times(start, records)
        yield offsets, visible_s(batch, stream, start, records, window.t0) - offsets


def latency(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> Latency | None:
    """Quantiles of the cohort's latency; ``None`` when no record of it became visible.

    Negative values are counted and kept.  Records of the cohort that never became visible are not
    in it: ``cohort_visible_share`` tells, and such a trial is ``saturated``.
    """
    bounds = _bounds(batches, schedules, window)
    if bounds is None:
        return None
    gross = ExactQuantiles(*bounds)
    net = ExactQuantiles(min(0.0, bounds[0]), bounds[1])
    for chunk in latencies(batches, schedules, window):
        gross.count(chunk[0])
        net.count(chunk[1])
    gross.aim(STANDARD_P)
    net.aim(STANDARD_P)
    for chunk in latencies(batches, schedules, window):
        gross.keep(chunk[0])
        net.keep(chunk[1])
    return Latency(gross=gross.summary(), net=net.summary())


def curve_grid(n: int, points: int = 200) -> Floats:
    """Probabilities dense towards the tail, as far as ``n`` records carry (ten lie beyond)."""
    tail = min(0.5, max(RECORDS_BEYOND / max(n, 1), 1e-9))
    upper = 1 - np.geomspace(0.5, tail, points - points // 4)
    return np.unique(np.concatenate([np.linspace(0, 0.5, points // 4, endpoint=False), upper]))


def _bounds(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> tuple[float, float] | None:
    """Least and largest gross latency: at the ends of the ranges, as schedules never go back."""
    ends: list[float] = []
    for batch, stream, first, count in cohort_pieces(batches, schedules, window):
        if batch.chunks:
            for _offsets, gross in _gross(batch, schedules, stream, first, count, window):
                ends += [float(gross.min()), float(gross.max())]
            continue
        for record in (first, first + count - 1):
            offset = float(schedules[stream].times(record, 1)[0])
            ends.append((batch.visible - window.t0) - offset)
    return (min(ends), max(ends)) if ends else None
