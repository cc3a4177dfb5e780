"""The files of a capacity run's report."""

from __future__ import annotations

from typing import Any

from bench.document.csv_text import csv_text
from bench.experiments.capacity.findings import CapacityReport
from bench.experiments.capacity.frame import capacity_frame, curve_frame
from bench.experiments.capacity.markdown import capacity_markdown
from bench.summary.source import Source

PLOT = ("capacity", "Latency against rate")


def render_capacity(run: Source, report: CapacityReport) -> dict[str, bytes]:
    """File name to content: ``report.md``, ``capacity.csv``, ``curve.csv`` and the plot.

    Without any rate that was measured there is no plot.
    """
    files: dict[str, bytes] = {}
    images: list[tuple[str, str]] = []
    if any(one.points for one in report.found):
        from bench.experiments.capacity.plot import capacity_figure
        from bench.plots.style import image_bytes

        stem, title = PLOT
        files = {f"{stem}.{kind}": data for kind, data in image_bytes(capacity_figure, run).items()}
        images = [(title, f"{stem}.png")]
    return {
        "report.md": capacity_markdown(run, report, images).encode(),
        "capacity.csv": _csv(capacity_frame(report)),
        "curve.csv": _csv(curve_frame(report)),
        **files,
    }


def _csv(frame: Any) -> bytes:
    return csv_text(frame, float_format="%.9g").encode()
