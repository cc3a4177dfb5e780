"""Schedules and engines that are simple enough to know the right answer of."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from bench.contract import BatchRecord
from bench.measure.inputs import Floats, ScheduleLike

#: A Unix time of today's size: rounding must be that of real trials.
T0 = 1_790_000_000.123


class Even:
    """Record i of the stream at ``i / rate``."""

    def __init__(self, rate_per_s: float) -> None:
        self.rate_per_s = rate_per_s

    def times(self, first: int, count: int, /) -> Floats:
        return np.arange(first, first + count, dtype=np.float64) / self.rate_per_s

    def count_before(self, t_s: float, /) -> int:
        guess = max(0, math.ceil(t_s * self.rate_per_s))
        while guess and (guess - 1) / self.rate_per_s >= t_s:
            guess -= 1
        return guess


class Listed:
    """Any non-decreasing times, a second apart after the last of them."""

    def __init__(self, times: Sequence[float] | Floats) -> None:
        self._times = np.asarray(times, dtype=np.float64)

    def times(self, first: int, count: int, /) -> Floats:
        n = len(self._times)
        last = self._times[-1] if n else 0.0
        index = np.arange(first, first + count)
        after = last + (index - n + 1)
        return np.where(index < n, self._times[np.minimum(index, n - 1)], after)

    def count_before(self, t_s: float, /) -> int:
        return int(np.searchsorted(self._times, t_s))


def poisson(rate_per_s: float, until_s: float, seed: int) -> Listed:
    """A Poisson process, listed until ``until_s``."""
    gaps = np.random.default_rng(seed).exponential(1 / rate_per_s, int(rate_per_s * until_s * 2))
    return Listed(np.cumsum(gaps))


def batch(
    batch_id: int,
    ranges: Sequence[tuple[int, int, int]],
    visible: float,
    *,
    started: float | None = None,
    planned_start: float | None = None,
    finished: float | None = None,
    processed: bool = True,
    record_bytes: int = 100,
    failure: str | None = None,
) -> BatchRecord:
    """A batch with all but the given times equal to ``visible``."""
    records = sum(n for _s, _f, n in ranges)
    return BatchRecord(
        batch_id=batch_id,
        ranges=tuple(ranges),
        planned_start=visible if planned_start is None else planned_start,
        started=visible if started is None else started,
        visible=visible,
        finished=visible if finished is None else finished,
        phases={},
        processed_records=records if processed else None,
        processed_bytes=records * record_bytes if processed else None,
        failure=failure,
    )


def micro_batches(
    schedules: Sequence[ScheduleLike],
    trigger_s: float,
    batch_s: Callable[[int, int], float],
    until_s: float,
    *,
    t0: float = T0,
) -> list[BatchRecord]:
    """An engine that takes at each tick what is due, for ``batch_s(number, records)`` seconds.

    After an overrun it starts its next batch at once, as Structured Streaming does.
    """
    out: list[BatchRecord] = []
    taken = [0] * len(schedules)
    tick = math.ceil(t0 / trigger_s) * trigger_s
    free = t0
    while tick < t0 + until_s:
        started = max(tick, free)
        due = [s.count_before(started - t0) for s in schedules]
        ranges = [(k, taken[k], due[k] - taken[k]) for k in range(len(due)) if due[k] > taken[k]]
        taken = due
        free = started + batch_s(len(out), sum(n for _s, _f, n in ranges))
        out.append(batch(len(out), ranges, free, started=started, planned_start=tick))
        tick = max(tick + trigger_s, math.floor(free / trigger_s) * trigger_s)
    return out
