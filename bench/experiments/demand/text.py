"""The least cores that hold a rate in words and tables, for a terminal, Markdown and the page."""

from __future__ import annotations

from collections.abc import Sequence

from bench.document import text
from bench.document.parts import Grid
from bench.document.text import axis_order
from bench.experiments.demand.findings import DemandReport, Needed
from bench.summary.summary import Cell

_STYLES = {"closed": "", None: "dim", "unsupported": "dim", "failed": "bold red"}


def question(report: DemandReport) -> str:
    """What the run asked, in one sentence."""
    rates = sorted({one.rate_per_s for one in report.found})
    said = text.quantity(rates[0]) if len(rates) == 1 else "these"
    return f"How many cores do {said} records/s take here with {', '.join(report.arms)}?"


def context(report: DemandReport) -> str:
    """What all cells share, and what counts as held."""
    _varying, common = _axes(report)
    shared = text.cell_text(report.cells[0], common) if common else ""
    bounds = sorted({one.bound_s for one in report.found})
    allowed = text.duration(bounds[0])
    if len(bounds) > 1:
        allowed = f"{allowed} to {text.duration(bounds[-1])}, by the trigger"
    held = f"held: backlog steady, p99 at most {allowed}, nothing lost"
    return ". ".join(part for part in (shared, held) if part)


def table(report: DemandReport) -> Grid:
    """One row a cell and arm: the cores it needs, the next fewer that do not do, and why."""
    varying, _common = _axes(report)
    heading = (
        *map(text.axis_name, varying),
        *("arm", "cores", "not with", "busy", "CPU s/M", "p50", "p99", "why no fewer"),
    )
    rows, styles = [], []
    for one in report.found:
        rows.append(
            (
                *(text.axis_value(a, one.cell[a]) if a in one.cell else text.NONE for a in varying),
                text.plain(one.arm),
                text.NONE if one.cores is None else str(one.cores),
                text.NONE if one.missed_cores is None else str(one.missed_cores),
                text.NONE if one.busy_cores is None else f"{one.busy_cores:.2g}",
                text.quantity(one.cpu_s_per_million),
                text.seconds(one.p50_s),
                text.seconds(one.p99_s),
                one.stopped_by,
            )
        )
        styles.append(_STYLES.get(one.end, "yellow" if one.cores is None else ""))
    return Grid(heading, tuple(rows), frozenset({"arm", "why no fewer"}), tuple(styles))


def answers(report: DemandReport) -> list[str]:
    """The finding of each cell in a sentence."""
    varying, _common = _axes(report)
    return [
        sentence
        for cell in report.cells
        if (sentence := _answer([one for one in report.found if one.cell == cell], cell, varying))
    ]


def reasons(report: DemandReport) -> list[str]:
    """Why each arm needs as many, with what the trial with fewer said; what disturbed the rest."""
    varying, _common = _axes(report)
    lines = []
    for one in report.found:
        where = f" at {text.cell_text(one.cell, varying)}" if varying else ""
        reason = text.plain(one.reason).rstrip(".")
        if one.missed_cores is not None:
            reason = f"with {_cores(one.missed_cores)} {reason or one.stopped_by}"
        lines.append(f"{text.plain(one.arm)}{where}: {reason or one.stopped_by}.")
        lines += [
            f"{text.plain(one.arm)}{where}: held in spite of it, {text.plain(note)}."
            for note in one.notes
        ]
    return lines


def reading() -> list[str]:
    """How to read the table."""
    return [
        "cores: the fewest with which a fresh JVM held the rate for a full trial; not with: the "
        "next fewer tried. busy: cores that JVM, driver and workers kept busy on average; CPU s/M: "
        "their CPU seconds for a million records. The cores are those of one trial here: room "
        "for a burst, a restart and growth comes on top.",
    ]


def answer(report: DemandReport) -> str:
    """The run in a few words, for a list of runs."""
    known = [_cores(one.cores) if one.cores else one.stopped_by for one in report.found]
    return ", ".join(known[:4]) + (f" and {len(known) - 4} more" if len(known) > 4 else "")


def _axes(report: DemandReport) -> tuple[list[str], list[str]]:
    """The axes on which the cells differ, and those on which all agree."""
    cells = report.cells
    axes = sorted({axis for cell in cells for axis in cell}, key=axis_order)
    varying = [axis for axis in axes if len({str(cell.get(axis)) for cell in cells}) > 1]
    return varying, [axis for axis in axes if axis not in varying]


def _answer(found: Sequence[Needed], cell: Cell, varying: Sequence[str]) -> str:
    """``For 50,000 records/s structured needs 1 core, dstream 2 cores.``"""
    parts = []
    for one in found:
        if one.cores is not None:
            parts.append(f"{text.plain(one.arm)} needs {_cores(one.cores)}")
        elif one.end == "most":
            parts.append(f"{text.plain(one.arm)} needs more than {_cores(one.missed_cores)}")
    others = [axis for axis in varying if axis != "rate_per_s"]
    where = f" at {text.cell_text(cell, others)}" if others else ""
    rate = text.quantity(found[0].rate_per_s)
    return f"For {rate} records/s{where}: {', '.join(parts)}." if parts else ""


def _cores(count: int | None) -> str:
    return f"{count} core{'' if count == 1 else 's'}"
