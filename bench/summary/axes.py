"""The axes on which cells differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bench.document.text import axis_order
from bench.summary.summary import Cell


class InCell(Protocol):
    """What belongs to a cell: a summary, or a finding."""

    @property
    def cell(self) -> Cell: ...


def split_axes(found: Sequence[InCell]) -> tuple[list[str], list[str]]:
    """The axes on which the cells differ, and those on which all agree."""
    axes = sorted({axis for one in found for axis in one.cell}, key=axis_order)
    varying = [axis for axis in axes if len({one.cell.get(axis) for one in found}) > 1]
    return varying, [axis for axis in axes if axis not in varying]
