"""The table of cells: the summary's rows, each ratio with its interval drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from bench.document import text
from bench.report.html.blocks import Block, items
from bench.report.html.intervals import Picture, picture, scale_of
from bench.summary import notes
from bench.summary.rows import ArmRow, table_rows
from bench.summary.source import Source


@dataclass(frozen=True)
class Row:
    """One arm in one cell; ``cell`` is the cell's number from 1, ``first`` its first arm's row."""

    cell: int
    first: bool
    values: tuple[str, ...]
    position: int
    arm: ArmRow
    picture: Picture | None
    bounds: str
    word: str
    trials: int


@dataclass(frozen=True)
class Table:
    """All rows, what is common to all cells, and what stands below."""

    axes: tuple[str, ...]
    context: str
    compares: bool
    scale_words: str
    rows: tuple[Row, ...]
    notes: list[Block] = field(default_factory=list)


def cells_table(run: Source) -> Table | None:
    """The table; ``None`` where no trial has ended."""
    if not run.summaries:
        return None
    rows = table_rows(run.summaries)
    comparisons = [c for summary in run.summaries for c in summary.comparisons]
    scale = scale_of(comparisons)
    found = []
    for number, (summary, cell) in enumerate(zip(run.summaries, rows.cells, strict=True), 1):
        of_arm = {comparison.arm: comparison for comparison in summary.comparisons}
        counts = {arm.arm: arm.rounds for arm in summary.arms}
        for position, (side, arm) in enumerate(zip(summary.arms, cell.arms, strict=True)):
            comparison = of_arm.get(side.arm)
            found.append(
                Row(
                    cell=number,
                    first=position == 0,
                    values=cell.values,
                    position=position,
                    arm=arm,
                    picture=picture(comparison, scale) if comparison is not None else None,
                    bounds=arm.verdict[0] if len(arm.verdict) > 1 else "",
                    word=arm.verdict[-1] if arm.verdict else _estimate(arm),
                    trials=counts[side.arm],
                )
            )
    context = ". ".join(part for part in (notes.work(run), rows.common) if part)
    return Table(
        axes=rows.axes,
        context=f"{context[:1].upper()}{context[1:]}",
        compares=bool(comparisons),
        scale_words=f"1/{scale.reach:.2g} to {scale.reach:.2g}",
        rows=tuple(found),
        notes=items(
            [
                *(note.sentence() for note in notes.status_notes(run.summaries)),
                *(text.plain(line) for line in notes.completeness(run)),
            ]
        ),
    )


def _estimate(arm: ArmRow) -> str:
    return "estimate" if arm.ratio.startswith("~") else ""
