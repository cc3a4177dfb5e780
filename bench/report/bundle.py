"""The report of a run: which files it has, made in memory, and stored in one go."""

from __future__ import annotations

from pathlib import Path

from bench.report.markdown import report_markdown
from bench.report.source import Source
from bench.results.files import atomic_write

#: File stem and title of each plot, in the report's order.
PLOTS = (("quantiles", "Latency quantiles"), ("timeline", "Batch timeline"))


def render_report(run: Source) -> dict[str, bytes]:
    """File name to content: ``report.md``, ``cells.csv`` and each plot as PNG and SVG.

    The same run gives the same bytes.  Without any trial there are no plots.
    """
    files: dict[str, bytes] = {}
    if run.summaries:
        from bench.report.plots.quantiles import quantiles_figure
        from bench.report.plots.style import image_bytes
        from bench.report.plots.timeline import timeline_figure

        makers = {"quantiles": quantiles_figure, "timeline": timeline_figure}
        for stem, _title in PLOTS:
            images = image_bytes(makers[stem], run)
            files |= {f"{stem}.{kind}": data for kind, data in images.items()}
    images_shown = [(title, f"{stem}.png") for stem, title in PLOTS if f"{stem}.png" in files]
    text_files = {
        "report.md": report_markdown(run, images_shown),
        "cells.csv": run.cells.to_csv(index=False, lineterminator="\n", float_format="%.9g"),
    }
    return {name: text.encode() for name, text in text_files.items()} | files


def write_report(run: Source, directory: Path) -> list[Path]:
    """Write :func:`render_report` into ``directory``; returns the paths, the report first.

    :raises EnvironmentProblem: the directory cannot be written.
    """
    return [atomic_write(directory / name, data) for name, data in render_report(run).items()]
