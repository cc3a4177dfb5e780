"""The numbers behind the plots: computed again from the stored batches and the schedule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from matplotlib.axis import Axis
from matplotlib.ticker import FuncFormatter, NullFormatter
from numpy.typing import NDArray

from bench.document import text
from bench.load.timing.stored import schedules_of
from bench.measure.chunks import visible_s
from bench.measure.cohort import Window, cohort_pieces
from bench.measure.latency import curve_grid
from bench.results.schema import Batch, TrialResult

Floats = NDArray[np.float64]

#: Latencies taken of one trial at most.  Beyond, each batch gives so many of its records, evenly
#: spaced and its first and last among them, which a plot cannot tell from all of them.
MOST_LATENCIES = 50_000


@dataclass(frozen=True)
class Sample:
    """Gross latencies of a trial's measured records, ascending, and how many records each is.

    ``n`` is the number of measured records.
    """

    latency_s: Floats
    weight: Floats
    n: int

    def at(self, p: Sequence[float] | Floats) -> Floats:
        """The quantiles at ``p``: exact where every record is in, else to within a few records."""
        if self.n == self.latency_s.size:
            return np.asarray(np.quantile(self.latency_s, p), dtype=np.float64)
        ends = np.cumsum(self.weight)
        ranks = (ends - self.weight / 2) / ends[-1]
        # The least and the largest are in, as each batch gave its first and last record.
        ranks[0], ranks[-1] = 0.0, 1.0
        return np.interp(np.asarray(p, dtype=np.float64), ranks, self.latency_s)


@dataclass(frozen=True)
class Curve:
    """Gross latency in seconds at each probability ``p`` of one trial's measured records."""

    p: Floats
    latency_s: Floats


@dataclass(frozen=True)
class Timeline:
    """Batches of one trial: when each started since the load did, and how long it took.

    ``warmup_until_s`` is where the measured cohort begins, ``None`` when there is none.
    """

    start_s: Floats
    batch_s: Floats
    warmup: NDArray[np.bool_]
    trigger_s: float
    warmup_until_s: float | None


def sample(result: TrialResult) -> Sample | None:
    """The latencies of a trial; ``None`` where nothing was measured.

    :raises ValueError: batches and schedule do not fit each other, or the schedule is that of a
        file whose times were too many to be stored (``ReplayError``).
    :raises KeyError: the schedule's parameters are incomplete.
    """
    window = window_of(result)
    if window is None or result.load is None or not result.batches:
        return None
    schedules = schedules_of(result.load.schedule)
    pieces = list(cohort_pieces(result.batches, schedules, window))
    n = sum(count for _batch, _stream, _first, count in pieces)
    if not n:
        return None
    each = max(2, MOST_LATENCIES // len(pieces)) if n > MOST_LATENCIES else n
    values, weights = [], []
    for batch, stream, first, count in pieces:
        offsets = schedules[stream].times(first, count)
        late = visible_s(batch, stream, first, count, window.t0) - offsets
        # Records that became visible one by one are all taken: any of them may be the latest.
        if count > each and not batch.chunks:
            late = late[np.linspace(0, count - 1, each).round().astype(np.intp)]
        values.append(late)
        weights.append(np.full(late.size, count / late.size))
    latency_s = np.concatenate(values)
    ascending = np.argsort(latency_s)
    return Sample(latency_s[ascending], np.concatenate(weights)[ascending], n)


def samples(trials: Iterable[TrialResult]) -> list[Sample]:
    """The samples that can be had; a damaged trial must not cost the run its report."""
    found = []
    for result in trials:
        with suppress(ValueError, KeyError):
            if (one := sample(result)) is not None:
                found.append(one)
    return found


#: So many times the least median, and latencies want an axis that goes by decades.
DECADES = 100.0


def by_decades(median_s: float, largest_s: float) -> bool:
    """Whether latencies are to be shown on a logarithmic axis, by the least median of the arms."""
    return 0 < median_s * DECADES < largest_s


def decade_ticks(axis: Axis) -> None:
    """Name the decades of a logarithmic axis of seconds: ``1 ms``, ``10 ms``, ``1 s``."""
    axis.set_major_formatter(FuncFormatter(lambda at, _position: text.duration(float(at))))
    axis.set_minor_formatter(NullFormatter())


def pooled(parts: Sequence[Sample]) -> Sample:
    """Several trials as one; each counts by its records."""
    latency_s = np.concatenate([part.latency_s for part in parts])
    weight = np.concatenate([part.weight for part in parts])
    ascending = np.argsort(latency_s)
    return Sample(latency_s[ascending], weight[ascending], sum(part.n for part in parts))


def curve(result: TrialResult, p: Sequence[float] | None = None) -> Curve | None:
    """The latency quantiles of a trial; ``None`` where nothing was measured; raises as `sample`.

    Probabilities go as far as the number of records supports.
    """
    found = sample(result)
    return curve_of(found, p) if found is not None else None


def curve_of(found: Sample, p: Sequence[float] | None = None) -> Curve:
    """The quantiles of a sample, by default as far as its number of records supports."""
    at = np.asarray(curve_grid(found.n) if p is None else p, dtype=np.float64)
    return Curve(at, found.at(at))


def timeline(result: TrialResult) -> Timeline | None:
    """The batches of a trial since its load began; ``None`` where there are none."""
    if result.load is None or not result.batches:
        return None
    t0 = result.load.t0
    batches = sorted(result.batches, key=lambda batch: batch.started)
    return Timeline(
        start_s=np.array([batch.started - t0 for batch in batches]),
        batch_s=np.array([batch.finished - batch.started for batch in batches]),
        warmup=np.array([batch.warmup for batch in batches], dtype=np.bool_),
        trigger_s=result.trial.trigger_s,
        warmup_until_s=result.window_s[0] - t0 if result.window_s is not None else None,
    )


def median_curve(curves: Sequence[Curve], points: int = 200) -> Curve:
    """The median over trials at each probability: what the table's figures are read from."""
    end = min(curve.p[-1] for curve in curves)
    tail = 1.0 / (1.0 - end)
    p = 1.0 - 1.0 / np.geomspace(1.0, tail, points)
    values = np.array([np.interp(p, curve.p, curve.latency_s) for curve in curves])
    return Curve(p, np.median(values, axis=0))


def measured(result: TrialResult) -> list[Batch]:
    """Batches after the warm-up that had records and did not fail."""
    return [
        batch
        for batch in result.batches
        if not batch.warmup and batch.failure is None and any(n for _s, _f, n in batch.ranges)
    ]


def window_of(result: TrialResult) -> Window | None:
    """The measured window from the schedule's zero, wide enough for both its end records.

    A microsecond covers the rounding of Unix seconds in a float, which is a quarter of one.
    """
    if result.load is None or result.window_s is None:
        return None
    t0 = result.load.t0
    first, last = result.window_s
    # Ticks matter to the net latency only, which is not drawn; without a trigger any will do.
    trigger_s = result.trial.trigger_s or 1.0
    return Window(t0, first - t0 - 1e-6, last - t0 + 1e-6, trigger_s=trigger_s)
