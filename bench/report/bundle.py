"""The report of a run: which files it has, made in memory, and stored in one go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.document.csv_text import csv_text
from bench.experiments.capacity.bundle import render_capacity
from bench.experiments.capacity.findings import capacity_report
from bench.report.markdown import report_markdown
from bench.results.files import atomic_write
from bench.summary.source import Source

if TYPE_CHECKING:
    from bench.decision import DecisionView

#: The page that is opened.
PAGE = "index.html"


def render_report(run: Source, decisions: Sequence[DecisionView] = ()) -> dict[str, bytes]:
    """File name to content: ``index.html``, ``report.md``, ``cells.csv``, each plot as PNG and SVG.

    A capacity run has files of its own (``bench.experiments.capacity.bundle``) beside the page.

    The same run gives the same bytes.  Without any trial there are no plots.
    """
    from bench.report.html.page import render_page
    from bench.report.plots import draw

    capacity = capacity_report(run)
    drawn = draw(run, with_files=capacity is None)
    page = {PAGE: render_page(run, drawn, decisions).encode()}
    if capacity is not None:
        return page | render_capacity(run, capacity)
    shown = [(one.plot.title, f"{one.plot.stem}.png") for one in drawn if one.files]
    text_files = {
        "report.md": report_markdown(run, shown),
        "cells.csv": csv_text(run.cells, float_format="%.9g"),
    }
    images = {f"{one.plot.stem}.{kind}": data for one in drawn for kind, data in one.files.items()}
    return page | {name: text.encode() for name, text in text_files.items()} | images


def render_html(run: Source, decisions: Sequence[DecisionView] = ()) -> str:
    """The page alone, for a file of its own."""
    from bench.report.html.page import render_page
    from bench.report.plots import draw

    return render_page(run, draw(run, with_files=False), decisions)


def write_report(
    run: Source, directory: Path, decisions: Sequence[DecisionView] = ()
) -> list[Path]:
    """Write :func:`render_report` into ``directory``; returns the paths, the page first.

    :raises EnvironmentProblem: the directory cannot be written.
    """
    files = render_report(run, decisions)
    return [atomic_write(directory / name, data) for name, data in files.items()]
