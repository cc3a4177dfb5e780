"""A ratio with its interval as a small picture: all of a page on one logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bench.summary.summary import Comparison

#: Of the picture, in pixels.
WIDTH, HEIGHT = 132, 22
_MARGIN = 8.0

#: The scale shows at least a half to twice, and at most a sixteenth to sixteen times.
_LEAST, _MOST = 2.0, 16.0


@dataclass(frozen=True)
class Picture:
    """Places from the left, in pixels; ``low`` and ``high`` are ``None`` without an interval.

    ``noise`` is where ratios count as noise.  ``beyond`` says that a bound lies off the scale, at
    the left (-1), the right (1) or nowhere (0).
    """

    ratio: float
    low: float | None
    high: float | None
    noise: tuple[float, float]
    one: float
    beyond: int


@dataclass(frozen=True)
class Scale:
    """From ``1 / reach`` to ``reach``."""

    reach: float

    def at(self, ratio: float) -> float:
        """The place of a ratio, at the edge where it lies beyond."""
        part = math.log(ratio) / math.log(self.reach)
        return round(WIDTH / 2 + min(max(part, -1.0), 1.0) * (WIDTH / 2 - _MARGIN), 1)


def scale_of(comparisons: Iterable[Comparison]) -> Scale:
    """The one scale on which all of these can be compared by eye."""
    reach = _LEAST
    for comparison in comparisons:
        verdict = comparison.verdict
        values = [comparison.ratio, verdict and verdict.low, verdict and verdict.high]
        reach = max([reach, *(max(v, 1 / v) * 1.1 for v in values if v)])
    return Scale(min(reach, _MOST))


def picture(comparison: Comparison, scale: Scale) -> Picture | None:
    """The picture of a comparison; ``None`` where it has no ratio."""
    ratio, verdict = comparison.ratio, comparison.verdict
    if ratio is None or ratio <= 0:
        return None
    low = verdict.low if verdict is not None and not comparison.estimate else None
    high = verdict.high if verdict is not None and not comparison.estimate else None
    threshold = verdict.threshold if verdict is not None else 1.0
    ends = [value for value in (low, ratio, high) if value]
    beyond = -1 if min(ends) < 1 / scale.reach else 1 if max(ends) > scale.reach else 0
    return Picture(
        ratio=scale.at(ratio),
        low=None if not low else scale.at(low),
        high=None if not high else scale.at(high),
        noise=(scale.at(1 / threshold), scale.at(threshold)),
        one=scale.at(1.0),
        beyond=beyond,
    )
