"""Measured latency against the ground truth of the same records.  No clock, no process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bench.contract import BatchRecord
from bench.contract.truth import TruthBatch
from bench.load.content.payload import INDEX_DIGITS
from bench.measure.chunks import visible_s
from bench.measure.cohort import Window, cohort_spans
from bench.measure.inputs import Floats, ScheduleLike
from bench.measure.latency import latency

#: How far the range method may be off, in seconds; at p99 or by the share, whichever is larger.
P50_TOLERANCE_S = 0.010
P99_TOLERANCE_S = 0.020
P99_TOLERANCE_SHARE = 0.05

#: The same where records become visible one by one, at p50 and p99.
ONE_BY_ONE_TOLERANCE_S = 0.001

#: Stamps are whole microseconds, cut off, and a float of Unix seconds resolves a quarter of one.
STAMP_TOLERANCE_S = 2e-6

_PER_STREAM = 10**INDEX_DIGITS


@dataclass(frozen=True)
class Agreement:
    """Both methods over the same cohort.  Seconds; ``*_share`` as a share of 1.

    ``mismatches``: records that the range method puts into another batch than the one they came
    in, or that only one of the two knows, over all batches.  ``stamps_off``: records whose stamp is
    not what the schedule says.  ``late_p50_s`` and ``late_max_s``: listener's visible time minus
    the return of the action, per batch; the maximum is that of the absolute values.
    ``one_by_one``: records became visible that way, and both times are those of each record.
    """

    records: int
    truth_p50_s: float
    truth_p99_s: float
    range_p50_s: float
    range_p99_s: float
    late_p50_s: float
    late_max_s: float
    mismatches: int
    stamps_off: int
    negative: int
    one_by_one: bool = False

    @property
    def p50_off_s(self) -> float:
        """Range minus truth at the median."""
        return self.range_p50_s - self.truth_p50_s

    @property
    def p99_off_s(self) -> float:
        """Range minus truth at the 99th percentile."""
        return self.range_p99_s - self.truth_p99_s

    @property
    def p99_allowed_s(self) -> float:
        """The larger of 20 ms and 5% of the truth; of single records 1 ms."""
        if self.one_by_one:
            return ONE_BY_ONE_TOLERANCE_S
        return max(P99_TOLERANCE_S, P99_TOLERANCE_SHARE * self.truth_p99_s)

    @property
    def problems(self) -> list[str]:
        """What is outside the tolerances, empty where the methods agree."""
        found = []
        p50_allowed_s = ONE_BY_ONE_TOLERANCE_S if self.one_by_one else P50_TOLERANCE_S
        if abs(self.p50_off_s) > p50_allowed_s:
            found.append("p50")
        if abs(self.p99_off_s) > self.p99_allowed_s:
            found.append("p99")
        if self.mismatches:
            found.append("mapping")
        if self.stamps_off:
            found.append("stamps")
        if self.negative:
            found.append("negative")
        return found


def agreement(
    batches: Sequence[BatchRecord],
    truth: Sequence[TruthBatch],
    schedules: Sequence[ScheduleLike],
    window: Window,
) -> Agreement:
    """Compare; raises ``ValueError`` where either method saw no record of the cohort."""
    measured = latency(batches, schedules, window)
    spans = cohort_spans(schedules, window)
    found: list[Floats] = []
    stamps_off = 0
    for batch in truth:
        stream, index, stamp_s = _records(batch, window.t0)
        stamps_off += _stamps_off(stream, index, stamp_s, schedules)
        returned_s = batch.returned_us / 1e6 - window.t0
        low = np.array([first for first, _ in spans])[stream]
        past = np.array([stop for _, stop in spans])[stream]
        found.append(returned_s - stamp_s[(index >= low) & (index < past)])
    latencies = np.concatenate([np.empty(0), *found])
    if measured is None or not latencies.size:
        raise ValueError("no record of the window was seen by both methods")
    p50, p99 = np.quantile(latencies, [0.5, 0.99])
    one_by_one = any(batch.chunks for batch in batches)
    late = _late_one_by_one(batches, truth) if one_by_one else _late(batches, truth)
    return Agreement(
        records=latencies.size,
        truth_p50_s=float(p50),
        truth_p99_s=float(p99),
        range_p50_s=measured.gross.p50,
        range_p99_s=measured.gross.p99,
        late_p50_s=float(np.median(late)),
        late_max_s=float(np.abs(late).max()),
        mismatches=mapping_mismatches(batches, truth),
        stamps_off=stamps_off,
        negative=measured.gross.negative + int(np.count_nonzero(latencies < 0)),
        one_by_one=one_by_one,
    )


def _late(batches: Sequence[BatchRecord], truth: Sequence[TruthBatch]) -> Floats:
    visible = {batch.batch_id: batch.visible for batch in batches}
    return np.array(
        [visible[b.batch_id] - b.returned_us / 1e6 for b in truth if b.batch_id in visible]
    )


def _late_one_by_one(batches: Sequence[BatchRecord], truth: Sequence[TruthBatch]) -> Floats:
    """The same of each record; every one is an entry of its own in the truth."""
    visible = {
        stream * _PER_STREAM + first + number: at
        for batch in batches
        for stream, first, count in batch.ranges
        for number, at in enumerate(
            np.broadcast_to(visible_s(batch, stream, first, count, 0.0), count)
        )
    }
    return np.array(
        [visible[b.marks[0]] - b.returned_us / 1e6 for b in truth if b.marks[0] in visible]
    )


def mapping_mismatches(batches: Sequence[BatchRecord], truth: Sequence[TruthBatch]) -> int:
    """Records not in the batch their index says, plus records of a range that never came."""
    came: dict[int, set[int]] = {}
    repeated = 0
    for batch in truth:
        numbers = np.frombuffer(batch.marks, dtype=np.int64)[::2].tolist()
        known = came.setdefault(batch.batch_id, set())
        repeated += len(numbers) - len(set(numbers) - known)
        known.update(numbers)
    wrong = 0
    for record in batches:
        expected = {
            stream * _PER_STREAM + index
            for stream, first, count in record.ranges
            for index in range(first, first + count)
        }
        wrong += len(expected ^ came.pop(record.batch_id, set()))
    return wrong + repeated + sum(len(numbers) for numbers in came.values())


def _records(batch: TruthBatch, t0: float) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """Stream, index and intended offset from ``t0`` (s) of each record."""
    marks = np.frombuffer(batch.marks, dtype=np.int64)
    stream, index = np.divmod(marks[::2], _PER_STREAM)
    return stream, index, marks[1::2] / 1e6 - t0


def _stamps_off(
    stream: NDArray[np.int64],
    index: NDArray[np.int64],
    stamp_s: Floats,
    schedules: Sequence[ScheduleLike],
) -> int:
    off = 0
    for number, schedule in enumerate(schedules):
        mine = index[stream == number]
        if mine.size:
            first = int(mine.min())
            times = schedule.times(first, int(mine.max()) + 1 - first)[mine - first]
            off += int(np.count_nonzero(abs(stamp_s[stream == number] - times) > STAMP_TOLERANCE_S))
    return off
