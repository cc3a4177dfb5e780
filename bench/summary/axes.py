"""The axes on which the cells of a run differ."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document.text import axis_order
from bench.summary.summary import CellSummary


def split_axes(summaries: Sequence[CellSummary]) -> tuple[list[str], list[str]]:
    """The axes on which the cells differ, and those on which all agree."""
    axes = sorted({axis for summary in summaries for axis in summary.cell}, key=axis_order)
    varying = [a for a in axes if len({summary.cell.get(a) for summary in summaries}) > 1]
    return varying, [axis for axis in axes if axis not in varying]
