"""Latency quantiles on a 1/(1-p) axis: each step to the right is a rarer record.

A thin line is a trial, the thick one the median of the trials at each quantile: the figures of the
table are read from it.  Both arms, a panel a cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from bench.document import text
from bench.document.parts import Grid
from bench.plots.data import (
    Curve,
    Floats,
    by_decades,
    curve_of,
    decade_ticks,
    median_curve,
    samples,
)
from bench.plots.grid import (
    MAX_PANELS,
    arm_legend,
    brief,
    cell_panels,
    figure_title,
    middle,
    named,
    note,
    panel_titles,
    shown_of,
    trials_of,
)
from bench.plots.plot import Plot
from bench.plots.style import look
from bench.results.schema import TrialResult
from bench.summary.source import Source
from bench.summary.summary import CellSummary

#: Quantiles marked on the lines and named on the axis.
_MARKED = (0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999)

#: Thin lines of one arm in a panel; more are a grey block and a large file.
_MOST_LINES = 20


def quantiles_figure(run: Source) -> Figure:
    """One panel a cell, at most :data:`MAX_PANELS`; call it within ``style.styled()``."""
    shown = run.summaries[:MAX_PANELS]
    figure, axes, columns = cell_panels(len(shown))
    titles = panel_titles(run.summaries)[: len(shown)]
    for ax, title, summary in zip(axes, titles, shown, strict=True):
        ax.set_title(brief(title))
        draw_quantiles(ax, summary, trials_of(run, summary))
    for ax in axes[::columns]:
        ax.set_ylabel("latency (s)")
    figure_title(figure, "End-to-end latency by quantile", run)
    how = "Thin: one trial. Thick: the median of the trials." + shown_of(run, len(shown))
    arm_legend(figure, run.arms, how, lines=True)
    return figure


def draw_quantiles(
    ax: Axes, summary: CellSummary, trials: Mapping[str, Sequence[TrialResult]]
) -> None:
    """Draw one cell; arms that are not ranked are named with their status instead."""
    words = []
    farthest = 0.99
    low = top = 0.0
    median_s = float("inf")
    for position, arm in enumerate(summary.arms):
        if not arm.ranked:
            words.append(f"{arm.arm}: {arm.status or 'not run'}")
            continue
        curves = [curve_of(found) for found in samples(trials[arm.arm])]
        if not curves:
            words.append(f"{arm.arm}: no batches to compute it from")
            continue
        style = look(position)
        if len(curves) > 1:
            for one in _some(curves):
                ax.plot(_x(one.p), one.latency_s, color=style.colour, linewidth=0.7, alpha=0.45)
        middle = median_curve(curves)
        ax.plot(
            _x(middle.p),
            middle.latency_s,
            color=style.colour,
            linestyle=style.dashes,
            linewidth=1.8,
        )
        marked = [p for p in _MARKED if p <= middle.p[-1]]
        at_marks = np.interp(marked, middle.p, middle.latency_s)
        ax.plot(
            [1 / (1 - p) for p in marked],
            at_marks,
            color=style.colour,
            marker=style.marker,
            markersize=5,
            linestyle="none",
        )
        median_s = min(median_s, float(np.interp(0.5, middle.p, middle.latency_s)))
        farthest = max(farthest, float(middle.p[-1]))
        top = max(top, *(float(one.latency_s.max()) for one in curves))
        low = min(low, *(float(one.latency_s.min()) for one in curves))
    _axes(ax, farthest, low, top)
    if low >= 0 and by_decades(median_s, top):
        ax.set_yscale("log")
        decade_ticks(ax.yaxis)
        ax.set_ylim(median_s / 3, top * 1.5)
    note(ax, words)


def _some(curves: Sequence[Curve]) -> Sequence[Curve]:
    """At most :data:`_MOST_LINES`, evenly chosen."""
    return curves[:: -(-len(curves) // _MOST_LINES)]


def _x(p: Floats) -> Floats:
    return 1.0 / (1.0 - p)


def _axes(ax: Axes, farthest: float, low: float, top: float) -> None:
    ax.set_xscale("log")
    ax.set_xlim(1, 1.1 / (1 - farthest))
    ticks = {1 / (1 - p): p for p in _MARKED if p <= farthest + 1e-9}
    ax.xaxis.set_major_locator(FixedLocator(list(ticks)))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _position: _percent(x)))
    # Latencies below zero mean clocks that differ: they are shown.
    ax.set_ylim(low * 1.08, top * 1.08 if top > 0 else 1)


def _percent(x: float) -> str:
    """1/(1-p) as the percentile's name: 100 is p99."""
    return f"p{100 * (1 - 1 / x):.6g}"


def quantiles_table(run: Source) -> Grid:
    """Of each ranked arm: the median of its trials at each quantile."""
    names = ("p50", "p90", "p95", "p99", "p999", "max")
    rows = []
    for title, summary in zip(panel_titles(run.summaries), run.summaries, strict=True):
        trials = trials_of(run, summary)
        for arm in summary.arms:
            if not arm.ranked:
                continue
            found = [r.latency_s.gross for r in trials[arm.arm] if r.latency_s and r.status == "ok"]
            values = [middle(getattr(one, name) for one in found) for name in names]
            count = str(len(found))
            rows.append((title, text.plain(arm.arm), count, *map(text.seconds, values)))
    heading = ("cell", "arm", "trials", *names[:-2], "p99.9", "max")
    return Grid(heading, tuple(rows), frozenset({"cell", "arm"}))


def quantiles_words(run: Source) -> str:
    """The p99 of each arm in some cells."""
    said = [f"{row[1]} {row[6]} at {row[0]}" for row in quantiles_table(run).rows]
    return f"Latency of each arm by quantile, a panel a cell. At p99: {named(said)}."


PLOT = Plot(
    stem="quantiles",
    title="Latency quantiles",
    reading="Each step to the right is a rarer record: at p99 one in a hundred waits longer. The "
    "wait for the trigger is part of it.",
    applies=lambda run: any(arm.ranked for summary in run.summaries for arm in summary.arms),
    figure=quantiles_figure,
    table=quantiles_table,
    words=quantiles_words,
)
