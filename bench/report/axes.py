"""The order of axes and cells in everything people read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from bench.plan.axes import AXES
from bench.report.summary import CellSummary

#: What people think of first; the other axes follow in the order of ``AXES``.
_FIRST = ("job", "sink", "trigger_s", "cores", "master", "executors", "equal")
_ORDER = (*_FIRST, *(axis.key for axis in AXES.values() if axis.key not in _FIRST))


def axis_order(axis: str) -> tuple[int, str]:
    """Sort key of an axis: the usual ones in the order people think of them, then by name."""
    return (_ORDER.index(axis) if axis in _ORDER else len(_ORDER), axis)


def cell_order(
    items: Iterable[tuple[str, str | int | float]],
) -> list[tuple[tuple[int, str], float, str]]:
    """Sort key of a cell's items: axis by axis, numbers by size and before text."""
    return [
        (axis_order(axis), math.inf, value)
        if isinstance(value, str)
        else (axis_order(axis), float(value), "")
        for axis, value in sorted(items, key=lambda item: axis_order(item[0]))
    ]


def split_axes(summaries: Sequence[CellSummary]) -> tuple[list[str], list[str]]:
    """The axes on which the cells differ, and those on which all agree."""
    axes = sorted({axis for summary in summaries for axis in summary.cell}, key=axis_order)
    varying = [a for a in axes if len({summary.cell.get(a) for summary in summaries}) > 1]
    return varying, [axis for axis in axes if axis not in varying]
