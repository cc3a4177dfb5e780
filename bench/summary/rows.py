"""The summary table as strings, one row a cell and arm; the views only lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.document import text
from bench.summary.axes import split_axes
from bench.summary.summary import ArmSummary, CellSummary, Comparison


@dataclass(frozen=True)
class ArmRow:
    """One arm in one cell, printed; ``ratio`` is empty for the baseline."""

    arm: str
    p50: str
    p99: str
    batch: str
    throughput: str
    status: str
    ratio: str
    verdict: tuple[str, ...] = ()

    @property
    def answer(self) -> tuple[str, ...]:
        """Ratio, interval and verdict word, as far as there are any."""
        return (self.ratio, *self.verdict)

    @property
    def figures(self) -> tuple[str, str, str, str]:
        """p50, p99, batch time and throughput."""
        return (self.p50, self.p99, self.batch, self.throughput)


@dataclass(frozen=True)
class CellRows:
    """One cell: the values of the varying axes and a row for each arm."""

    values: tuple[str, ...]
    arms: tuple[ArmRow, ...]


@dataclass(frozen=True)
class Rows:
    """The whole table: which axes vary, what is common to all cells, and the cells."""

    axes: tuple[str, ...]
    common: str
    cells: tuple[CellRows, ...]


def table_rows(summaries: Sequence[CellSummary]) -> Rows:
    """Print every figure; an arm that is not ranked shows its status and no latency."""
    varying, common = split_axes(summaries)
    cells = tuple(
        CellRows(
            values=tuple(
                text.axis_value(axis, summary.cell[axis]) if axis in summary.cell else text.NONE
                for axis in varying
            ),
            arms=tuple(_arm(arm, _comparison(summary, arm)) for arm in summary.arms),
        )
        for summary in summaries
    )
    shared = text.cell_text(summaries[0].cell, common) if summaries and common else ""
    return Rows(tuple(text.axis_name(axis) for axis in varying), shared, cells)


def _comparison(summary: CellSummary, arm: ArmSummary) -> Comparison | None:
    found = (c for c in summary.comparisons if c.arm == arm.arm)
    return next(found, None)


def _arm(arm: ArmSummary, comparison: Comparison | None) -> ArmRow:
    figures = arm.figures
    return ArmRow(
        arm=text.plain(arm.arm),
        p50=text.seconds(figures.p50_s if arm.ranked else None),
        p99=text.seconds(figures.p99_s if arm.ranked else None),
        batch=text.seconds(figures.batch_p50_s),
        throughput=text.quantity(figures.throughput_per_s),
        status=arm.status or "not run",
        ratio=text.ratio(comparison.ratio, estimate=comparison.estimate) if comparison else "",
        verdict=_verdict(comparison) if comparison else (),
    )


def _verdict(comparison: Comparison) -> tuple[str, ...]:
    """Interval and verdict word of a ratio; an estimate has its tilde instead of a word."""
    verdict = comparison.verdict
    if verdict is None or comparison.ratio is None or comparison.estimate:
        return ()
    if verdict.low is None or verdict.high is None:
        return (verdict.word,)
    return (text.bounds(verdict.low, verdict.high), verdict.word)
