"""The cells of a run as a data frame, and as plain data for exports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from bench.summary.axes import split_axes
from bench.summary.summary import ArmSummary, CellSummary, Comparison

if TYPE_CHECKING:
    import pandas as pd

_FIGURES = ("p50_s", "p99_s", "net_p99_s", "batch_p50_s", "throughput_per_s")
_FLOATS = (*_FIGURES, "ratio", "ratio_low", "ratio_high", "level")
_COUNTS = ("rounds_compared", "rounds_needed")

#: After the axes in use, one column an axis.
CELL_COLUMNS: tuple[str, ...] = (
    *("arm", "engine", "path", "guarantee", "status", "rounds", "rounds_ok"),
    *_FIGURES,
    *("baseline", "metric", "ratio", "ratio_low", "ratio_high", "level", "verdict"),
    *("rounds_compared", "rounds_needed", "estimate", "reason"),
)


def cells_frame(summaries: Sequence[CellSummary]) -> pd.DataFrame:
    """One row a cell and arm; latencies of arms that are not ranked and their ratios are missing.

    ``level`` is that of the one interval; ``rounds_needed`` in all would probably decide.
    ``estimate`` belongs to the ratio; ``reason`` says why an arm or a ratio is not ranked.
    """
    import pandas as pd

    varying, common = split_axes(summaries)
    axes = [*varying, *common]
    rows = [
        {axis: summary.cell.get(axis) for axis in axes} | _row(summary, arm)
        for summary in summaries
        for arm in summary.arms
    ]
    frame = pd.DataFrame(rows, columns=[*axes, *CELL_COLUMNS])
    return frame.astype(dict.fromkeys(_FLOATS, "float64") | dict.fromkeys(_COUNTS, "Int64"))


def cell_data(summary: CellSummary) -> dict[str, Any]:
    """One cell for JSON: ``cell``, ``arms`` and ``comparisons``, as the dataclasses name them."""
    arms = []
    for arm in summary.arms:
        data = asdict(arm)
        data["figures"] = {name: _figure(arm, name) for name in _FIGURES}
        arms.append(data)
    return {
        "cell": dict(summary.cell),
        "arms": arms,
        "comparisons": [asdict(comparison) for comparison in summary.comparisons],
    }


def _row(summary: CellSummary, arm: ArmSummary) -> dict[str, Any]:
    row: dict[str, Any] = {
        name: getattr(arm, name)
        for name in ("arm", "engine", "path", "guarantee", "status", "rounds", "rounds_ok")
    }
    row |= {name: _figure(arm, name) for name in _FIGURES}
    comparison = next((c for c in summary.comparisons if c.arm == arm.arm), None)
    row["reason"] = " ".join(arm.reasons) or (comparison.reason if comparison else None)
    return row | _comparison(comparison) if comparison is not None else row


def _comparison(comparison: Comparison) -> dict[str, Any]:
    verdict = comparison.verdict
    row: dict[str, Any] = {name: getattr(comparison, name) for name in ("baseline", "metric")}
    row["ratio"] = comparison.ratio
    row["estimate"] = comparison.estimate if comparison.ratio is not None else None
    row["rounds_compared"] = comparison.rounds
    if verdict is not None:
        row |= {"ratio_low": verdict.low, "ratio_high": verdict.high, "level": verdict.level}
        row |= {"verdict": verdict.word, "rounds_needed": verdict.rounds_needed}
    return row


def _figure(arm: ArmSummary, name: str) -> float | None:
    """A latency only of a ranked arm; batch time and throughput are facts of any."""
    if not arm.ranked and name in ("p50_s", "p99_s", "net_p99_s"):
        return None
    value: float | None = getattr(arm.figures, name)
    return value
