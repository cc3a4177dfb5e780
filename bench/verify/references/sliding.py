"""Sliding windows: over all windows, each event is counted window / slide times.

Windows of the two engines do not begin at the same times, nor do they hold the same events: those
that came in it against those that happened in it.  What both promise is that no event is left out
of a window or counted twice in one, so the counts of a key over all windows are compared.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bench.plan.spec import Arm
from bench.verify.references.records import stamped
from bench.verify.references.rows import Batches, Row, last_rows, summed


def expected(inputs: Sequence[Sequence[str]], params: Mapping[str, Any]) -> list[Row]:
    """Rows of ``key``, ``count`` over all windows; the window is a multiple of the slide."""
    windows, rest = divmod(round(params["window_s"] * 1000), round(params["slide_s"] * 1000))
    if rest:
        raise ValueError(
            "a check of sliding windows needs a window that is a multiple of the slide"
        )
    counts = Counter(event.key for event in stamped(inputs[0]))
    return [(key, windows * count) for key, count in counts.items()]


def normalise(arm: Arm, batches: Batches) -> list[Row]:
    """The counts of each key over all windows, each window with its last count."""
    return summed(last_rows(batches, 2), 1)
