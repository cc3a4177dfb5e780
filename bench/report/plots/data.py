"""The numbers behind the plots: computed again from the stored batches and the schedule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.load.stored import schedules_of
from bench.measure.cohort import Window
from bench.measure.latency import latency_curve
from bench.results.schema import TrialResult

Floats = NDArray[np.float64]


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


def curve(result: TrialResult, p: Sequence[float] | None = None) -> Curve | None:
    """The latency quantiles of a trial; ``None`` where nothing was measured.

    Probabilities go as far as the number of records supports.

    :raises ValueError: batches and schedule do not fit each other, or the schedule is that of a
        file whose times were too many to be stored (``ReplayError``).
    :raises KeyError: the schedule's parameters are incomplete.
    """
    load, window_s = result.load, result.window_s
    if load is None or window_s is None or not result.batches:
        return None
    # Ticks matter to the net latency only, which is not drawn; without a trigger any will do.
    window = Window(load.t0, *_offsets(window_s, load.t0), trigger_s=result.trial.trigger_s or 1.0)
    found = latency_curve(result.batches, schedules_of(load.schedule), window, p)
    return Curve(found.p, found.gross) if found is not None else None


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


def _offsets(window_s: tuple[float, float], t0: float) -> tuple[float, float]:
    """The window from the schedule's zero, wide enough that both its end records are inside.

    A microsecond covers the rounding of Unix seconds in a float, which is a quarter of one.
    """
    return window_s[0] - t0 - 1e-6, window_s[1] - t0 + 1e-6
