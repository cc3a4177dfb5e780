"""A capacity run on a terminal."""

from __future__ import annotations

from bench.document import text
from bench.document.table import Grid, Line
from bench.experiments.capacity import text as capacity_text
from bench.experiments.capacity.findings import CapacityReport
from bench.summary import conduct, notes
from bench.summary.source import Source


def capacity_parts(run: Source, report: CapacityReport, width: int) -> list[Line | Grid]:
    """What ``sparkbench capacity`` prints at its end, and ``show`` again, in ``width`` columns."""
    parts = capacity_text.lines(report, width)
    parts.append(Line(""))
    parts += [Line(f"! {words}", "yellow") for words in notes.completeness(run)]
    spent = conduct.time_share(run.info, run.results)
    if spent is not None:
        parts.append(Line(spent))
    if run.place is not None:
        parts.append(Line(f"Results: {text.plain(run.place)}; the plot: report/capacity.png"))
    return parts
