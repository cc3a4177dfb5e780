"""Latency against work rate of every configuration that a search tried, and the front of them."""

from __future__ import annotations

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bench.experiments.tune.document import AS_IT_IS, TuneReport, headline, tried_grid, tune_of
from bench.plots.plot import Plot
from bench.plots.style import AXIS, COLOURS
from bench.summary.source import Source


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
    ax.set_ylabel("records per second of work")
    figure.suptitle(
        "Latency against work rate (medians of the search)", x=0.01, ha="left", fontsize=11
    )
    return figure


def _report(run: Source) -> TuneReport:
    report = tune_of(run)
    assert report is not None, "only called where the plot applies"
    return report


def _has_tried(run: Source) -> bool:
    report = tune_of(run)
    return report is not None and any(
        one.p99_s is not None and one.work_rate_per_s is not None for one in report.tried
    )


PLOT = Plot(
    stem="tune-front",
    title="Latency against work rate",
    reading="A point a configuration, medians of the search, which choose and do not judge. Right "
    "and down is worse; the line joins those that no other beats in both.",
    applies=_has_tried,
    figure=lambda run: front_figure(_report(run)),
    table=lambda run: tried_grid(_report(run)),
    words=lambda run: headline(_report(run)),
)
