"""Latency quantiles on a 1/(1-p) axis: each step to the right is a rarer record.

A thin line is a trial, the thick one the median of the trials at each quantile: the figures of the
table are read from it.  Both arms, a panel a cell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from bench.report.plots.data import Curve, Floats, curve, median_curve
from bench.report.plots.grid import (
    arm_legend,
    figure_title,
    note,
    panel_titles,
    shown_of,
    trials_of,
)
from bench.report.plots.style import look
from bench.report.source import Source
from bench.report.summary import CellSummary
from bench.results.schema import TrialResult

MAX_PANELS = 12
_COLUMNS = 3

#: Quantiles marked on the lines and named on the axis.
_MARKED = (0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999)


def quantiles_figure(run: Source) -> Figure:
    """One panel a cell, at most :data:`MAX_PANELS`; call it within ``style.styled()``."""
    shown = run.summaries[:MAX_PANELS]
    columns = min(len(shown), 2 if len(shown) == 4 else _COLUMNS)
    rows = math.ceil(len(shown) / columns)
    width = 3.4 * columns if columns > 1 else 6.0
    figure = Figure(figsize=(width + 0.4, 2.7 * rows + 1.1), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False).flatten()
    for ax, title, summary in zip(axes, panel_titles(shown), shown, strict=False):
        ax.set_title(title)
        draw_quantiles(ax, summary, trials_of(run, summary))
    for ax in axes[len(shown) :]:
        ax.set_visible(False)
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
    for position, arm in enumerate(summary.arms):
        if not arm.ranked:
            words.append(f"{arm.arm}: {arm.status or 'not run'}")
            continue
        curves = _curves(trials[arm.arm])
        if not curves:
            words.append(f"{arm.arm}: no batches to compute it from")
            continue
        style = look(position)
        if len(curves) > 1:
            for one in curves:
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
        farthest = max(farthest, float(middle.p[-1]))
        top = max(top, *(float(one.latency_s.max()) for one in curves))
        low = min(low, *(float(one.latency_s.min()) for one in curves))
    _axes(ax, farthest, low, top)
    note(ax, words)


def _curves(trials: Sequence[TrialResult]) -> list[Curve]:
    """The curves that can be computed; a damaged trial must not cost the run its report."""
    found = []
    for result in trials:
        with suppress(ValueError, KeyError):
            if (one := curve(result)) is not None:
                found.append(one)
    return found


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
