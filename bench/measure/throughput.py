"""Throughput and batch times of the measured window."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from bench.measure.chunks import visible_steps
from bench.measure.cohort import Window, cohort_records, measured_batches
from bench.measure.inputs import BatchLike, ScheduleLike
from bench.results.schema import BatchTime


def offered_per_s(schedules: Sequence[ScheduleLike], window: Window) -> float:
    """Records intended inside the window, per second of it."""
    return cohort_records(schedules, window) / window.length_s


def throughput_per_s(batches: Sequence[BatchLike], window: Window) -> float | None:
    """Records made visible in the window, per second; ``None`` without a batch that did not fail.

    Records become visible in steps of a whole batch, so a plain count between two instants is off
    by up to a batch, according to where the window cuts the steps.  Here a batch's records are
    spread evenly over the time since the batch before it was visible, and the window takes its
    part: the cumulative count is read at both ends from the line through the batch ends.  For an
    engine that keeps up this is the rate, wherever the window lies; what is left of the cut is the
    jitter of two batch ends.  After the last batch nothing more was visible.  Records that become
    visible one by one are counted as they do.
    """
    ended = sorted((b for b in batches if b.failure is None), key=lambda b: b.visible)
    if not ended:
        return None
    if any(batch.chunks for batch in ended):
        steps = visible_steps(ended)
        seen_at = steps[:, 3] / 1e6 - window.t0
        cut = np.searchsorted(seen_at, [window.start_s, window.end_s])
        return float(steps[cut[0] : cut[1], 2].sum()) / window.length_s
    at_s = np.array([0.0, *(b.visible - window.t0 for b in ended)])
    counts = np.array([0, *(sum(n for _s, _f, n in b.ranges) for b in ended)])
    at_start, at_end = np.interp([window.start_s, window.end_s], at_s, np.cumsum(counts))
    return float(at_end - at_start) / window.length_s


def delivered_share(delivered_per_s: float, offered: float) -> float | None:
    """Load the kernel accepted as a share of the load offered; ``None`` where none was offered."""
    return delivered_per_s / offered if offered > 0 else None


def batch_times(batches: Sequence[BatchLike]) -> list[float]:
    """Processing time of each batch, started to finished, in seconds."""
    return [batch.finished - batch.started for batch in batches]


def batch_time(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> BatchTime | None:
    """Processing time of the batches that carry the cohort; ``None`` where there is none.

    An empty batch costs an engine almost nothing and is no batch of the cohort.
    """
    times = batch_times(measured_batches(batches, schedules, window))
    if not times:
        return None
    p50, p90, largest = (float(v) for v in np.quantile(times, [0.5, 0.9, 1.0]))
    return BatchTime(n=len(times), p50=p50, p90=p90, max=largest)
