"""Which records and batches are measured: cohorts of intended times, not clock cuts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.measure.inputs import BatchLike, ScheduleLike
from bench.measure.ranges import Span, covered, merge


@dataclass(frozen=True)
class Window:
    """The measured window.

    ``t0`` is the Unix time of the schedules' zero; ``start_s`` and ``end_s`` are offsets from it
    and bound the intended times of the cohort, half open: ``start_s <= t < end_s``.  ``output_s``:
    how far apart outputs are meant to be, where that is more than a trigger interval.
    """

    t0: float
    start_s: float
    end_s: float
    trigger_s: float
    output_s: float = 0.0

    def __post_init__(self) -> None:
        if not self.end_s > self.start_s:
            raise ValueError(
                f"the window ends ({self.end_s} s) before it starts ({self.start_s} s)"
            )
        if not self.trigger_s > 0:
            raise ValueError(f"the trigger interval must be above 0, not {self.trigger_s} s")

    @property
    def length_s(self) -> float:
        """Length of the window in seconds."""
        return self.end_s - self.start_s

    @property
    def period_s(self) -> float:
        """Seconds from one output to the next, as meant."""
        return max(self.trigger_s, self.output_s)

    @property
    def intervals(self) -> float:
        """Length of the window in trigger intervals."""
        return self.length_s / self.trigger_s

    def contains(self, at: float) -> bool:
        """Whether the Unix time ``at`` lies in the window."""
        return self.start_s <= at - self.t0 < self.end_s


def cohort_spans(schedules: Sequence[ScheduleLike], window: Window) -> tuple[Span, ...]:
    """Per stream, the first measured record and the first one past the window."""
    return tuple((s.count_before(window.start_s), s.count_before(window.end_s)) for s in schedules)


def cohort_records(schedules: Sequence[ScheduleLike], window: Window) -> int:
    """How many records are intended inside the window, over all streams."""
    return sum(stop - first for first, stop in cohort_spans(schedules, window))


def cohort_pieces(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> Iterator[tuple[BatchLike, int, int, int]]:
    """``(batch, stream, first, count)`` for each part of a range that lies in the cohort.

    Failed batches made nothing visible and are left out.  Raises ``ValueError`` for a range of a
    stream that has no schedule.
    """
    spans = cohort_spans(schedules, window)
    for batch in batches:
        if batch.failure is not None:
            continue
        for stream, first, count in batch.ranges:
            if not 0 <= stream < len(spans):
                raise ValueError(
                    f"batch {batch.batch_id} has records of stream {stream}, "
                    f"but there are {len(spans)} schedules"
                )
            low, high = max(first, spans[stream][0]), min(first + count, spans[stream][1])
            if high > low:
                yield batch, stream, low, high - low


def cohort_visible_share(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> float:
    """Share of the cohort that became visible, each record counted once; 1.0 when all did."""
    spans = cohort_spans(schedules, window)
    total = sum(stop - first for first, stop in spans)
    if not total:
        return 0.0
    seen = merge(r for b in batches if b.failure is None for r in b.ranges)
    visible = sum(covered(seen.get(k, []), first, stop) for k, (first, stop) in enumerate(spans))
    return visible / total


def measured_batches(
    batches: Sequence[BatchLike], schedules: Sequence[ScheduleLike], window: Window
) -> list[BatchLike]:
    """The batches that made at least one record of the cohort visible, in the order given."""
    with_cohort = {id(batch) for batch, _s, _f, _n in cohort_pieces(batches, schedules, window)}
    return [batch for batch in batches if id(batch) in with_cohort]
