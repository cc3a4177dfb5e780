"""The capacity of arms as data frames, and as plain data for exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from bench.experiments.capacity.findings import CapacityReport, Point

if TYPE_CHECKING:
    import pandas as pd

_AT_HELD = ("p50_s", "p99_s", "batch_p50_s", "cpu_s_per_million")
_RATES = ("held_per_s", "missed_per_s", "per_core_per_s")

#: After the axes in use, one column an axis.
CAPACITY_COLUMNS: tuple[str, ...] = (
    *("arm", "engine", "path", "guarantee", *_RATES, "at_least"),
    *(*_AT_HELD, "bound_s", "end", "stopped_by", "reason", "trials", "spent_s"),
)
CURVE_COLUMNS: tuple[str, ...] = ("arm", *(field.name for field in fields(Point)))


def capacity_frame(report: CapacityReport) -> pd.DataFrame:
    """One row a cell and arm; columns the axes and :data:`CAPACITY_COLUMNS`."""
    rows = []
    for one in report.found:
        row = {name: getattr(one, name) for name in CAPACITY_COLUMNS if name not in _AT_HELD}
        row |= {name: getattr(one.at_held, name, None) for name in _AT_HELD}
        rows.append({**one.cell, **row})
    return _frame(report, rows, CAPACITY_COLUMNS, (*_RATES, *_AT_HELD))


def curve_frame(report: CapacityReport) -> pd.DataFrame:
    """One row a rate of every cell and arm; columns the axes and :data:`CURVE_COLUMNS`."""
    rows = [
        {**one.cell, "arm": one.arm, **asdict(point)}
        for one in report.found
        for point in one.points
    ]
    return _frame(report, rows, CURVE_COLUMNS, (*_AT_HELD, "throughput_per_s"))


def capacity_data(report: CapacityReport) -> dict[str, Any]:
    """The findings for JSON, as the dataclasses name them."""
    return {
        "precision": report.precision,
        "budget_s": report.budget_s,
        "p99_s": report.p99_s,
        "found": [
            {**asdict(one), "cell": dict(one.cell), "per_core_per_s": one.per_core_per_s}
            for one in report.found
        ],
    }


def _frame(
    report: CapacityReport,
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str],
    figures: Sequence[str],
) -> pd.DataFrame:
    import pandas as pd

    frame = pd.DataFrame(list(rows), columns=[*report.axes, *columns])
    return frame.astype(dict.fromkeys(figures, "float64"))
