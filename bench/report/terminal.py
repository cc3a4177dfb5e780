"""The summary on a terminal of any width.

Three layouts, the widest that fits: one row a cell, one row a cell and arm, one paragraph a cell.
No layout cuts a figure off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rich import box
from rich.console import Console, RenderableType
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from bench.document import text
from bench.document.terminal import print_parts
from bench.experiments.compare.causes import cause_lines
from bench.experiments.registry import experiment_of
from bench.summary import conduct, notes
from bench.summary.rows import ArmRow, CellRows, Rows, table_rows
from bench.summary.source import Source

_STATUS_STYLES = {
    "ok": "green",
    "unsettled": "yellow",
    "saturated": "yellow",
    "unsupported": "dim",
    "not run": "dim",
    "invalid": "bold red",
    "failed": "bold red",
}
#: Answers said in a sentence each; with more the table is quicker to read.
_SENTENCES = 2

#: Widths an arm's name may take in the long layout, the most comfortable first.
_ARM_WIDTHS = (40, 28, 20, 14)

_FIGURES = ("p50", "p99", "batch", "rec/s")


def print_summary(run: Source, console: Console) -> None:
    """Print the table of ``run`` and, below it, what the reader needs to judge it."""
    experiment = experiment_of(run)
    if not experiment.own:
        for part in _parts(run, experiment.question(), console):
            console.print(part, highlight=False, soft_wrap=False)
    print_parts(experiment.told(console.width), console)


def summary_table(rows: Rows, console: Console) -> RenderableType:
    """The layout that fits the console's width."""
    for table in (_wide(rows), *(_long(rows, width) for width in _ARM_WIDTHS)):
        if _natural_width(table, console) <= console.width:
            return table
    return _stacked(rows)


def _parts(run: Source, title: str, console: Console) -> Iterator[RenderableType]:
    def line(words: str, style: str = "") -> Text:
        words = text.plain(words)
        return Text(words if _unicode(console) else text.ascii_only(words), style)

    yield line(f"ESTIMATE. {title}" if notes.is_estimate(run) else title, "bold")
    rows = table_rows(run.summaries)
    subtitle = ". ".join(part for part in (notes.work(run), rows.common) if part)
    if subtitle:
        yield line(f"{subtitle}.")
    if rows.cells:
        yield summary_table(rows, console)
    for words in (*notes.answers(run, most=_SENTENCES), *cause_lines(run)):
        yield line(words, "bold")
    for words in notes.lowest(run):
        yield line(words, "bold")
    for words in notes.reading(run) if rows.cells else ():
        yield line(words, "dim")
    for words in notes.sides(run):
        yield line(words)
    found = notes.status_notes(run.summaries)
    for note in found:
        style = _STATUS_STYLES[note.status]
        yield line(f"! {note.sentence()}", style if style != "dim" else "")
    for words in notes.completeness(run):
        yield line(f"! {words}", "yellow")
    for words in conduct.conduct(run):
        yield line(words)
    spent = conduct.time_share(run.info, run.results)
    if spent is not None:
        yield line(spent)
    if run.place is not None:
        yield line(f"Results: {text.plain(run.place)}")


def _unicode(console: Console) -> bool:
    return not console.options.ascii_only


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False, pad_edge=False)


def _wide(rows: Rows) -> Table:
    """One row a cell, the arms side by side."""
    table = _table()
    for axis in rows.axes:
        table.add_column(f"\n{axis}", no_wrap=True, justify="right")
    arms = rows.cells[0].arms if rows.cells else ()
    for position, arm in enumerate(arms):
        if position:
            table.add_column("", width=1)
        for name in _FIGURES:
            heading = arm.arm if name == _FIGURES[0] else ""
            table.add_column(Text(f"{heading}\n{name}"), no_wrap=True, justify="right")
        table.add_column("\nstatus", no_wrap=True)
        if position:
            table.add_column("\nratio", no_wrap=True, justify="right")
    for cell in rows.cells:
        values: list[RenderableType] = [Text(value) for value in cell.values]
        for position, arm in enumerate(cell.arms):
            values += [Text()] if position else []
            values += [*map(Text, arm.figures), _status(arm)]
            if position:
                values.append(Text(" ".join(arm.answer), "bold"))
        table.add_row(*values)
    return table


def _long(rows: Rows, arm_width: int) -> Table:
    """One row a cell and arm; the cell's values stand once."""
    table = _table()
    for axis in rows.axes:
        table.add_column(axis, no_wrap=True, justify="right")
    table.add_column("arm", no_wrap=True)
    for name in _FIGURES:
        table.add_column(name, no_wrap=True, justify="right")
    table.add_column("status", no_wrap=True)
    table.add_column("ratio", no_wrap=True, justify="right")
    for cell in rows.cells:
        for position, arm in enumerate(cell.arms):
            values = cell.values if position == 0 else ("",) * len(cell.values)
            table.add_row(
                *map(Text, (*values, _folded(arm.arm, arm_width), *arm.figures)),
                _status(arm),
                Text("\n".join(arm.answer), "bold"),
                end_section=position == len(cell.arms) - 1 and len(rows.cells) > 1,
            )
    return table


def _stacked(rows: Rows) -> Text:
    """A paragraph a cell, for widths in which no table fits."""
    out = Text()
    for cell in rows.cells:
        out.append(_cell_words(rows, cell) + "\n", "bold")
        for arm in cell.arms:
            named = zip(_FIGURES, arm.figures, strict=True)
            figures = ", ".join(f"{name} {value}" for name, value in named if value != text.NONE)
            out.append(f"  {arm.arm}: ")
            out.append_text(_status(arm))
            out.append(f", ratio {' '.join(arm.answer)}\n" if arm.ratio else "\n")
            out.append(f"    {figures}\n" if figures else "")
    out.rstrip()
    return out


def _cell_words(rows: Rows, cell: CellRows) -> str:
    pairs = zip(rows.axes, cell.values, strict=True)
    return ", ".join(f"{axis} {value}" for axis, value in pairs) or "the only cell"


def _folded(arm: str, width: int) -> str:
    """An arm's name in lines of at most ``width``, broken after its colon and commas if it can."""
    lines = [""]
    for part in re.findall(r"[^:,]*[:,]?", arm):
        if lines[-1] and len(lines[-1]) + len(part) > width:
            lines.append("")
        lines[-1] += part
    return "\n".join(line[i : i + width] for line in lines for i in range(0, len(line), width))


def _status(arm: ArmRow) -> Text:
    return Text(arm.status, _STATUS_STYLES[arm.status])


def _natural_width(table: Table, console: Console) -> int:
    """Width at which no cell of the table has to be cut."""
    return Measurement.get(console, console.options.update(max_width=10_000), table).maximum
