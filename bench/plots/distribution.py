"""How latency is distributed: the share of records in each narrow bin, all trials together.

Records wait for the trigger anything from nothing to a whole interval, so an engine in good health
shows a plateau one interval wide; a second plateau or a long slope is work that waits for work.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.document import text
from bench.document.parts import Grid
from bench.plots.data import Sample, by_decades, decade_ticks, pooled, samples
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

_BINS = 60

#: The axis ends where this share of the records has come; the rest would squeeze it together.
_UP_TO = 0.995


def distribution_figure(run: Source) -> Figure:
    """One panel a cell, at most ``MAX_PANELS``; call it within ``style.styled()``."""
    shown = run.summaries[:MAX_PANELS]
    figure, axes, columns = cell_panels(len(shown), height=2.4)
    titles = panel_titles(run.summaries)[: len(shown)]
    for ax, title, summary in zip(axes, titles, shown, strict=True):
        ax.set_title(brief(title))
        draw_distribution(ax, summary, trials_of(run, summary))
    for ax in axes[::columns]:
        ax.set_ylabel("records (%)")
    for ax in axes[-columns:]:
        ax.set_xlabel("latency (s)")
    figure_title(figure, "How latency is distributed", run)
    how = "Marks: median and p99. The slowest 0.5% may lie further to the right."
    arm_legend(figure, run.arms, how + shown_of(run, len(shown)), lines=True)
    return figure


def draw_distribution(
    ax: Axes, summary: CellSummary, trials: Mapping[str, Sequence[TrialResult]]
) -> None:
    """Draw one cell; arms that are not ranked are named with their status instead."""
    found: dict[int, Sample] = {}
    words = []
    for position, arm in enumerate(summary.arms):
        parts = samples(trials[arm.arm]) if arm.ranked else []
        if parts:
            found[position] = pooled(parts)
        else:
            words.append(f"{arm.arm}: {'no batches' if arm.ranked else arm.status or 'not run'}")
    note(ax, words)
    if not found:
        ax.set_axis_off()
        return
    low = min(0.0, *(float(one.latency_s[0]) for one in found.values()))
    high = max(float(one.at([_UP_TO])[0]) for one in found.values())
    edges = np.linspace(low, high * 1.02 if high > 0 else 1.0, _BINS + 1)
    least, median_s = (min(float(one.at([p])[0]) for one in found.values()) for p in (0.005, 0.5))
    if least > 0 and by_decades(median_s, high):
        edges = np.geomspace(least, high * 1.02, _BINS + 1)
        ax.set_xscale("log")
        decade_ticks(ax.xaxis)
    for position, one in found.items():
        _draw(ax, one, edges, position)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(bottom=0)


def _draw(ax: Axes, one: Sample, edges: np.ndarray, position: int) -> None:
    style = look(position)
    counts, _edges = np.histogram(one.latency_s, edges, weights=one.weight)
    share = 100 * counts / one.weight.sum()
    ax.stairs(share, edges, fill=True, color=style.colour, alpha=0.18, linewidth=0)
    ax.stairs(share, edges, color=style.colour, linestyle=style.dashes, linewidth=1.5)
    at = np.minimum(one.at([0.5, 0.99]), edges[-1])
    bins = np.clip(np.searchsorted(edges, at, side="right") - 1, 0, len(share) - 1)
    ax.plot(
        at, share[bins], color=style.colour, marker=style.marker, markersize=5.5, linestyle="none"
    )


def distribution_table(run: Source) -> Grid:
    """Median, mean, spread and largest value of each ranked arm, over its trials."""
    rows = []
    for title, summary in zip(panel_titles(run.summaries), run.summaries, strict=True):
        trials = trials_of(run, summary)
        for arm in summary.arms:
            found = [r.latency_s for r in trials[arm.arm] if r.latency_s and r.status == "ok"]
            if not arm.ranked or not found:
                continue
            gross = [one.gross for one in found]
            figures = (
                middle(one.p50 for one in gross),
                middle(one.mean for one in gross),
                middle(one.p90 - one.p50 for one in gross),
                middle(one.p99 - one.p50 for one in gross),
                middle(one.net.p50 for one in found),
            )
            records = f"{sum(one.n for one in gross):,}"
            rows.append((title, text.plain(arm.arm), records, *map(text.seconds, figures)))
    figures_named = ("p50", "mean", "p90 - p50", "p99 - p50", "p50 without the trigger's wait")
    heading = ("cell", "arm", "records", *figures_named)
    return Grid(heading, tuple(rows), frozenset({"cell", "arm"}))


def distribution_words(run: Source) -> str:
    """Median and spread of each arm in some cells."""
    said = [
        f"{row[1]} {row[3]} and p99 {row[6]} above it, at {row[0]}"
        for row in distribution_table(run).rows
    ]
    return f"Share of records by latency, a panel a cell. Median: {named(said)}."


PLOT = Plot(
    stem="distribution",
    title="Latency distribution",
    reading="Share of the records in each narrow bin, all trials of an arm together. A record "
    "waits up to one interval for the trigger: a healthy stream shows a plateau of that width.",
    applies=lambda run: any(
        arm.ranked and arm.figures.p50_s is not None
        for summary in run.summaries
        for arm in summary.arms
    ),
    figure=distribution_figure,
    table=distribution_table,
    words=distribution_words,
)
