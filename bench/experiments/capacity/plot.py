"""Latency against rate, for all arms up to their knees: a panel a cell.

The thick line is p99, the thin one p50.  Filled marks are fresh trials at full length, hollow ones
the ramp's short trials; a cross is a rate that did not hold, at the upper edge where its latency is
beyond.  A dotted line drops from the highest rate that held.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bench.document import text
from bench.experiments.capacity.findings import CapacityReport, Found, Point, capacity_report
from bench.experiments.capacity.text import answers, curve, holds
from bench.plots.plot import Plot
from bench.plots.style import look
from bench.summary.source import Source

MAX_PANELS = 12
_COLUMNS = 3

#: The upper edge, as a multiple of the latency bound.
_ABOVE = 2.2


def capacity_figure(run: Source) -> Figure:
    """One panel a cell, at most :data:`MAX_PANELS`; call it within ``style.styled()``."""
    report = capacity_report(run)
    if report is None:
        raise ValueError("this run is no search for capacity")
    varying, cells = report.varying, report.cells[:MAX_PANELS]
    columns = min(len(cells), 2 if len(cells) == 4 else _COLUMNS)
    rows = math.ceil(len(cells) / columns)
    width = 3.6 * columns if columns > 1 else 7.2
    height = 3.0 * rows if columns > 1 else 4.0
    figure = Figure(figsize=(width + 0.4, height + 1.3), layout="constrained")
    axes = figure.subplots(rows, columns, squeeze=False, sharex=True).flatten()
    for ax, cell in zip(axes, cells, strict=False):
        if varying:
            ax.set_title(text.cell_text(cell, varying))
        draw_capacity(ax, report.of(cell), report.arms)
    for ax in axes[len(cells) :]:
        ax.set_visible(False)
    for position, ax in enumerate(axes[: len(cells)]):
        if position % columns == 0:
            ax.set_ylabel("latency, end to end")
        if position + columns >= len(cells):
            ax.set_xlabel("records per second")
            ax.tick_params(labelbottom=True)
    title = "Latency against rate, up to the highest rate that holds"
    words = f"{title}\n({report.shared})" if report.shared else title
    figure.suptitle(words, x=0.01, ha="left", fontsize=11, fontweight="bold")
    _legend(figure, report, len(cells))
    return figure


def draw_capacity(ax: Axes, found: Sequence[Found], arms: Sequence[str]) -> None:
    """Draw one cell; arms without a rate that held are named with the reason instead."""
    bound_s = max((one.bound_s for one in found), default=1.0)
    edge = _ABOVE * bound_s
    words = []
    low = bound_s
    rates: list[float] = []
    for one in found:
        style = look(arms.index(one.arm))
        held = [p for p in one.points if p.outcome == "holds"]
        drawn = [p for p in held if p.p99_s is not None and p.p50_s is not None]
        if one.held_per_s is None:
            words.append(f"{text.plain(one.arm)}: {one.stopped_by}")
        missed = [p for p in one.points if p.outcome not in ("holds", "unsupported")]
        rates += [p.rate_per_s for p in (*missed, *held)]
        _missed(ax, missed, style.colour, edge)
        if not drawn:
            continue
        low = min(low, *(max(p.p50_s or bound_s, 1e-4) for p in drawn))
        x = [p.rate_per_s for p in drawn]
        ax.plot(x, [p.p50_s or 0.0 for p in drawn], color=style.colour, linewidth=0.9, alpha=0.6)
        ax.plot(
            x,
            [p.p99_s or 0.0 for p in drawn],
            color=style.colour,
            linestyle=style.dashes,
            linewidth=1.8,
        )
        for fresh in (True, False):
            chosen = [p for p in drawn if p.fresh is fresh]
            ax.plot(
                [p.rate_per_s for p in chosen],
                [p.p99_s or 0.0 for p in chosen],
                linestyle="none",
                marker=style.marker,
                markersize=5.5 if fresh else 4.5,
                color=style.colour,
                markerfacecolor=style.colour if fresh else "white",
            )
        _drop(ax, one, style.colour)
    _axes(ax, rates, low, bound_s, edge)
    _say(ax, words)


def _say(ax: Axes, words: Sequence[str]) -> None:
    """Words for what is not drawn, below the crosses at the upper edge."""
    if words:
        ax.text(
            0.02,
            0.93,
            "\n".join(words),
            transform=ax.transAxes,
            va="top",
            fontsize=8,
            color="#444444",
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 2},
        )


def _missed(ax: Axes, points: Sequence[Point], colour: str, edge: float) -> None:
    """A cross where a rate did not hold; what lies beyond the edge is put on it."""
    for point in points:
        p99_s = math.inf if point.outcome == "saturated" else (point.p99_s or math.inf)
        y = min(p99_s, edge * 0.93)
        ax.plot(
            [point.rate_per_s],
            [y],
            marker="x",
            markersize=6.5,
            markeredgewidth=1.6,
            color=colour,
            linestyle="none",
            clip_on=False,
        )


def _drop(ax: Axes, one: Found, colour: str) -> None:
    point = one.at_held
    if point is None or point.p99_s is None:
        return
    ax.plot([point.rate_per_s] * 2, [1e-9, point.p99_s], color=colour, linewidth=1, linestyle=":")
    ax.annotate(
        f"{holds(one)}/s",
        (point.rate_per_s, 0.02),
        xycoords=("data", "axes fraction"),
        xytext=(-3, 0),
        textcoords="offset points",
        rotation=90,
        ha="right",
        va="bottom",
        fontsize=8,
        color=colour,
    )


def _axes(ax: Axes, rates: Sequence[float], low: float, bound_s: float, edge: float) -> None:
    ax.set_xscale("log")
    ax.set_yscale("log")
    if rates:
        ax.set_xlim(min(rates) / 1.25, max(rates) * 1.35)
    ax.set_ylim(low / 2.5, edge)
    ax.axhline(bound_s, color="#444444", linewidth=1, linestyle=(0, (4, 2)))
    ax.annotate(
        f"p99 allowed: {text.duration(bound_s)}",
        (1, bound_s),
        xycoords=("axes fraction", "data"),
        xytext=(0, 2),
        textcoords="offset points",
        ha="right",
        va="bottom",
        fontsize=7.5,
        color="#444444",
    )
    ax.xaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _position: short_rate(x)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.yaxis.set_major_locator(LogLocator(10, subs=(1.0, 2.0, 5.0)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda y, _position: _time(y)))
    ax.yaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(which="minor", length=0)


def short_rate(value: float) -> str:
    """``500``, ``20k``, ``1M``."""
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if value >= size * 0.9999:
            return f"{value / size:g}{unit}"
    return f"{value:g}"


def _time(seconds: float) -> str:
    return f"{seconds:g} s" if seconds >= 0.9999 else f"{seconds * 1e3:g} ms"


def _legend(figure: Figure, report: CapacityReport, shown: int) -> None:
    handles = []
    for position, arm in enumerate(report.arms):
        style = look(position)
        handles.append(
            Line2D(
                [],
                [],
                color=style.colour,
                marker=style.marker,
                linestyle=style.dashes,
                label=text.plain(arm),
            )
        )
    how = (
        "Thick: p99, thin: p50. Filled: a fresh JVM at full length; hollow: the ramp's short "
        "trials.\nCross: the rate did not hold (at the upper edge: beyond it)."
    )
    total = len(report.cells)
    if shown < total:
        how += f" First {shown} of {total} cells; capacity.csv has all."
    figure.legend(
        handles=handles,
        loc="outside lower left",
        ncols=min(len(report.arms), 3),
        title=how,
        title_fontsize=8,
        alignment="left",
    )


def _report(run: Source) -> CapacityReport:
    report = capacity_report(run)
    assert report is not None, "only called where the plot applies"
    return report


PLOT = Plot(
    stem="capacity",
    title="Latency against rate, to the knee",
    reading="Thick: p99, thin: p50. Filled: a full trial in a fresh JVM, hollow: a short one of "
    "the ramp, a cross: a rate that did not hold.",
    applies=lambda run: any(one.points for one in _report(run).found),
    figure=capacity_figure,
    table=lambda run: curve(_report(run)),
    words=lambda run: " ".join(answers(_report(run))),
)
