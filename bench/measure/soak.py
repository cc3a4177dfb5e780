"""Whether a long trial drifts: batch time, heap, state and files, each tested for a trend. Pure.

The test is that of the warm-up (``bench.measure.settle``): Mann-Kendall at 1%, and a change of a
tenth or more over what is tested.  Only the last two thirds are: what fills up at first and then
stays, such as the logs a query keeps, is no drift.  Batches are taken together in at most
:data:`STRETCHES` stretches of time, by their median, so that hours of them can be tested too.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import itemgetter
from statistics import median

from bench.measure.inputs import BatchLike
from bench.measure.settle import FEWEST_BATCHES, TREND_Z, trend
from bench.results.schema import Drift, SoakSample

STRETCHES = 120

#: Stands until there is another: a value that is repeated is the same measurement.
STANDING = "heap_after_gc_bytes"

#: Part of a trial in which a rise is no drift yet.
SETTLING_SHARE = 1 / 3

#: Name, unit and field of what is sampled; a rise of any of them will end the stream some day.
SAMPLED: tuple[tuple[str, str, str], ...] = (
    ("heap after collection", "bytes", "heap_after_gc_bytes"),
    ("memory of all processes", "bytes", "rss_bytes"),
    ("state rows", "rows", "state_rows"),
    ("state size", "bytes", "state_bytes"),
    ("checkpoint files", "files", "checkpoint_files"),
    ("checkpoint size", "bytes", "checkpoint_bytes"),
)


def drifts(
    batches: Sequence[BatchLike], samples: Sequence[SoakSample], start: float, end: float
) -> list[Drift]:
    """The drift of everything measured from ``start`` to ``end`` (Unix seconds)."""
    times = [
        (batch.started, batch.finished - batch.started)
        for batch in batches
        if batch.failure is None and any(n for _s, _f, n in batch.ranges)
    ]
    found = [drift("batch time", "s", times, start, end)]
    for name, unit, field in SAMPLED:
        values = ((one.at, getattr(one, field)) for one in samples)
        series = [(at, float(value)) for at, value in values if value is not None]
        if field == STANDING:
            series = [next(same) for _value, same in groupby(series, key=itemgetter(1))]
        if any(value for _at, value in series):
            found.append(drift(name, unit, series, start, end))
    return found


def drift(
    name: str, unit: str, series: Sequence[tuple[float, float]], start: float, end: float
) -> Drift:
    """The drift of one series of times and values."""
    inside = [(at, value) for at, value in series if start <= at < end]
    settled = start + SETTLING_SHARE * (end - start)
    late = stretches([one for one in inside if one[0] >= settled], settled, end)
    first = stretches(inside, start, end)[:1]
    bare = Drift(
        name=name,
        unit=unit,
        n=len(late),
        first=first[0] if first else None,
        last=late[-1] if late else None,
    )
    if len(late) < FEWEST_BATCHES:
        return bare
    seen = trend(late)
    return bare.model_copy(
        update={
            "change_share": None if abs(seen.change_share) == float("inf") else seen.change_share,
            "z": seen.z,
            "found": seen.found(TREND_Z),
        }
    )


def stretches(series: Sequence[tuple[float, float]], start: float, end: float) -> list[float]:
    """The medians of equal stretches of time, of those that have a value."""
    found: dict[int, list[float]] = {}
    each = (end - start) / STRETCHES
    for at, value in series:
        found.setdefault(min(int((at - start) / each), STRETCHES - 1), []).append(value)
    return [median(found[number]) for number in sorted(found)]
