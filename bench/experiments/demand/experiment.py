"""A search for cores, asked what it says."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from bench.document import text
from bench.document.parts import Grid
from bench.experiments.demand.findings import (
    DemandReport,
    Needed,
    demand_data,
    demand_frame,
    demand_report,
)
from bench.experiments.searched import STYLES, SearchRun
from bench.plan.kind import Kind

if TYPE_CHECKING:
    import pandas as pd


class DemandRun(SearchRun):
    """The least cores that hold a rate."""

    kind: ClassVar[Kind] = "demand"
    title = "Cores for"
    what = "What is needed"
    why = "Why no fewer"
    nothing = "No number of cores has been found to hold it yet."

    @cached_property
    def report(self) -> DemandReport:
        """The searches replayed, once."""
        found = demand_report(self.run)
        assert found is not None, "the plan is of this kind"
        return found

    def question(self) -> str:
        """How many cores."""
        rates = sorted({one.rate_per_s for one in self.report.found})
        said = text.quantity(rates[0]) if len(rates) == 1 else "these"
        return f"How many cores do {said} records/s take here with {', '.join(self.report.arms)}?"

    def few_words(self) -> str:
        """The cores."""
        if not self.run.results:
            return "no trial ended"
        found = self.report.found
        known = [_cores(one.cores) if one.cores else one.stopped_by for one in found]
        return ", ".join(known[:4]) + (f" and {len(known) - 4} more" if len(known) > 4 else "")

    def table(self, width: int | None = None) -> Grid:
        """The cores it needs, the next fewer that do not do, and why."""
        heading = (
            *map(text.axis_name, self.report.varying),
            *("arm", "cores", "not with", "busy", "CPU s/M", "p50", "p99", "why no fewer"),
        )
        rows, styles = [], []
        for one in self.report.found:
            rows.append(
                (
                    *self.report.values(one.cell),
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
            styles.append(STYLES.get(one.end, "yellow" if one.cores is None else ""))
        return Grid(heading, tuple(rows), frozenset({"arm", "why no fewer"}), tuple(styles))

    def found(self) -> list[str]:
        """How many cores who needs."""
        others = [axis for axis in self.report.varying if axis != "rate_per_s"]
        said = (_answer(self.report.of(cell), others) for cell in self.report.cells)
        return [sentence for sentence in said if sentence]

    def reasons(self) -> list[str]:
        """Why as many, with what the trial with fewer said; what disturbed the rest."""
        lines = []
        for one in self.report.found:
            where, reason = self.report.where(one), text.plain(one.reason).rstrip(".")
            if one.missed_cores is not None:
                reason = f"with {_cores(one.missed_cores)} {reason or one.stopped_by}"
            lines.append(f"{where}: {reason or one.stopped_by}.")
            lines += [f"{where}: held in spite of it, {text.plain(note)}." for note in one.notes]
        return lines

    def reading(self) -> list[str]:
        """How to read the table."""
        return [
            "cores: the fewest with which a fresh JVM held the rate for a full trial; not with: "
            "the next fewer tried. busy: cores that JVM, driver and workers kept busy on average; "
            "CPU s/M: their CPU seconds for a million records. The cores are those of one trial "
            "here: room for a burst, a restart and growth comes on top.",
        ]

    def tables(self) -> dict[str, pd.DataFrame]:
        """What is needed."""
        return {"demand": demand_frame(self.report)}

    def data(self) -> dict[str, object]:
        """The findings."""
        return {"demand": demand_data(self.report)}

    def plots(self) -> tuple[()]:
        """None: a table says it."""
        return ()


def _answer(found: Sequence[Needed], others: Sequence[str]) -> str:
    """``For 50,000 records/s structured needs 1 core, dstream 2 cores.``"""
    parts = []
    for one in found:
        if one.cores is not None:
            parts.append(f"{text.plain(one.arm)} needs {_cores(one.cores)}")
        elif one.end == "most":
            parts.append(f"{text.plain(one.arm)} needs more than {_cores(one.missed_cores)}")
    where = f" at {text.cell_text(found[0].cell, others)}" if others else ""
    rate = text.quantity(found[0].rate_per_s)
    return f"For {rate} records/s{where}: {', '.join(parts)}." if parts else ""


def _cores(count: int | None) -> str:
    return f"{count} core{'' if count == 1 else 's'}"
