"""Latency against work rate of every configuration that a search tried, and the front of them."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bench.experiments.tune.document import AS_IT_IS, TuneReport
from bench.plots.style import AXIS, COLOURS


def front_figure(report: TuneReport) -> Figure:
    """A point a configuration; a line along the front; the arm as it is and the winner named."""
    figure = Figure(figsize=(7.5, 4.8), layout="constrained")
    ax = figure.subplots()
    points = [t for t in report.tried if t.p99_s is not None and t.work_rate_per_s is not None]
    for tried in points:
        x, y = 1000 * (tried.p99_s or 0), tried.work_rate_per_s or 0
        base, won = tried.name == AS_IT_IS, tried == report.winner
        colour = COLOURS[1] if base else COLOURS[2] if won else COLOURS[0]
        ax.plot(
            x, y, "s" if base else "*" if won else "o", color=colour, markersize=12 if won else 7
        )
        if base or won or tried.front:
            ax.annotate(
                tried.name + (" (confirmed)" if won else ""),
                (x, y),
                textcoords="offset points",
                xytext=(7, 4),
                fontsize=8,
                parse_math=False,
            )
    line = sorted((1000 * (t.p99_s or 0), t.work_rate_per_s or 0) for t in points if t.front)
    if line:
        ax.plot(*zip(*line, strict=True), color=AXIS, linewidth=1, zorder=0)
    if report.tune.search.bound_s is not None:
        ax.axvline(1000 * report.tune.search.bound_s, color=COLOURS[1], linestyle=":", linewidth=1)
    ax.set_xscale("log")
    ax.set_yscale("log")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 1.5, 2.0, 3.0, 5.0, 7.0), numticks=12))
        axis.set_major_formatter(FuncFormatter(lambda value, _position: f"{value:,.6g}"))
        axis.set_minor_formatter(NullFormatter())
    ax.set_xlabel("end-to-end latency, p99 (ms)")
    ax.set_ylabel("records per second of batch time")
    figure.suptitle(
        "Latency against work rate (medians of the search)", x=0.01, ha="left", fontsize=11
    )
    return figure
