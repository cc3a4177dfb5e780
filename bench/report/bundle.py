"""The report of a run: which files it has, made in memory, and stored in one go."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bench.document.csv_text import csv_text
from bench.document.markdown import markdown
from bench.document.parts import Image
from bench.experiments.registry import experiment_of
from bench.results.files import atomic_write
from bench.summary.source import Source

if TYPE_CHECKING:
    from bench.decision import DecisionView

#: The page that is opened.
PAGE = "index.html"


def render_report(run: Source, decisions: Sequence[DecisionView] = ()) -> dict[str, bytes]:
    """File name to content: ``index.html``, ``report.md``, ``cells.csv``, each plot as PNG and SVG.

    A search for capacity or for cores has tables of its own in place of ``cells.csv``.

    The same run gives the same bytes.  Without any trial there are no plots.
    """
    from bench.report.html.page import render_page
    from bench.report.plots import draw

    experiment = experiment_of(run)
    drawn = draw(run, with_files=True)
    shown = [Image(one.plot.title, f"{one.plot.stem}.png") for one in drawn if one.files]
    tables = experiment.tables() or {"cells": run.cells}
    text_files = {
        PAGE: render_page(run, drawn, decisions),
        "report.md": markdown(experiment.document(shown)),
        **{f"{name}.csv": csv_text(one, float_format="%.9g") for name, one in tables.items()},
    }
    images = {f"{one.plot.stem}.{kind}": data for one in drawn for kind, data in one.files.items()}
    return {name: text.encode() for name, text in text_files.items()} | images


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
