"""Backlog over one trial of each arm, and how late the load itself was sent, over all trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.document import text
from bench.document.parts import Grid
from bench.load.timing.stored import schedules_of
from bench.measure.backlog import BacklogSamples, sample_backlog
from bench.measure.cohort import Window
from bench.plots.grid import (
    arm_legend,
    brief,
    figure_title,
    middle,
    named,
    note,
    panel_titles,
    shown_of,
    trials_of,
)
from bench.plots.plot import Plot
from bench.plots.style import SHADE, look
from bench.plots.timeline import chosen_round
from bench.results.schema import TrialResult
from bench.summary.source import Source

MAX_CELLS = 6

#: Samples that say anything of a backlog's course.
_FEWEST = 3


def backlog_of(result: TrialResult) -> BacklogSamples | None:
    """The backlog at every batch end of a trial, warm-up included; ``None`` where too few ended.

    It ends with the measured window: soon after the load does, which the schedule does not know.
    """
    load = result.load
    if load is None or result.window_s is None or len(result.batches) < _FEWEST:
        return None
    end_s = result.window_s[1] - load.t0
    if end_s <= 0:
        return None
    window = Window(load.t0, 0.0, end_s, result.trial.trigger_s or 1.0)
    try:
        found = sample_backlog(result.batches, schedules_of(load.schedule), window)
    except (ValueError, KeyError, IndexError):
        # A damaged trial must not cost the run its report.
        return None
    return found if len(found.at_s) >= _FEWEST else None


def backlog_figure(run: Source) -> Figure:
    """A row a cell, at most :data:`MAX_CELLS`; call it within ``style.styled()``."""
    shown = run.summaries[:MAX_CELLS]
    figure = Figure(figsize=(8.6, 1.8 * len(shown) + 1.3), layout="constrained")
    grid = figure.subplots(len(shown), 2, squeeze=False, width_ratios=(2, 1), sharex="col")
    titles = panel_titles(run.summaries)
    for (left, right), title, summary in zip(grid, titles[: len(shown)], shown, strict=True):
        trials = trials_of(run, summary)
        left.set_title(brief(title))
        draw_backlog(left, chosen_round(trials), run.arms)
        left.set_ylabel("records")
        draw_lag(right, trials, run.arms)
    grid[0][1].set_title("send lag, p99 of each trial")
    grid[-1][0].set_xlabel("since the load began (s)")
    grid[-1][1].set_xlabel("ms")
    figure_title(figure, "Records due but not visible, and how late they were sent", run)
    how = "Shaded: warm-up. Send lag filled: the generator's own; hollow: the socket was full."
    arm_legend(figure, run.arms, how + shown_of(run, len(shown)), lines=True)
    return figure


def draw_backlog(ax: Axes, trials: Mapping[str, TrialResult], arms: Sequence[str]) -> None:
    """Draw the backlog of one trial of each arm since its load began."""
    nothing = True
    for position, arm in enumerate(arms):
        result = trials.get(arm)
        found = backlog_of(result) if result is not None else None
        if result is None or found is None:
            continue
        nothing = False
        style = look(position)
        ax.plot(
            found.at_s,
            found.records,
            color=style.colour,
            linestyle=style.dashes,
            linewidth=1,
            marker=style.marker,
            markersize=2.5 if len(found.at_s) < 120 else 0,
        )
        if result.window_s is not None and result.load is not None:
            ax.axvspan(0, result.window_s[0] - result.load.t0, color=SHADE, linewidth=0, zorder=0)
    note(ax, ["nothing was measured"] if nothing else [])
    ax.set_ylim(bottom=0)
    ax.set_xlim(left=0)
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.yaxis.set_major_locator(MaxNLocator(4))


def draw_lag(ax: Axes, trials: Mapping[str, Sequence[TrialResult]], arms: Sequence[str]) -> None:
    """Draw the send lag (p99) of every trial: the generator's own, and the full socket's."""
    top = 1.0
    for position, arm in enumerate(arms):
        style = look(position)
        loads = [result.load for result in trials.get(arm, ()) if result.load is not None]
        for shift, filled in ((-0.13, True), (0.13, False)):
            lags = [1e3 * (one.starved_s if filled else one.blocked_s).p99 for one in loads]
            ax.plot(
                lags,
                np.full(len(lags), position + shift),
                color=style.colour,
                marker=style.marker,
                markersize=4.5,
                markerfacecolor=style.colour if filled else "none",
                linestyle="none",
            )
            top = max([top, *lags])
    ax.set_ylim(len(arms) - 0.5, -0.5)
    ax.set_yticks([])
    ax.set_xlim(-0.03 * top, 1.08 * top)
    ax.xaxis.set_major_locator(MaxNLocator(4))


def backlog_table(run: Source) -> Grid:
    """Of each cell and arm: growth and last size of the backlog, and send lag; medians."""
    rows = []
    for title, summary in zip(panel_titles(run.summaries), run.summaries, strict=True):
        for arm, trials in trials_of(run, summary).items():
            loads = [result.load for result in trials if result.load is not None]
            growth = [r.backlog for r in trials if r.backlog is not None]
            if not loads:
                continue
            slope = middle(one.slope_per_s for one in growth)
            rows.append(
                (
                    title,
                    text.plain(arm),
                    text.NONE if slope is None else f"{slope:+.3g}/s",
                    text.quantity(middle(one.last_records for one in growth)),
                    text.seconds(middle(one.send_lag_s.p99 for one in loads)),
                    text.seconds(middle(one.starved_s.p99 for one in loads)),
                    text.seconds(middle(one.blocked_s.p99 for one in loads)),
                )
            )
    figures = ("growth", "last", "send lag p99", "generator's own", "socket full")
    return Grid(("cell", "arm", *figures), tuple(rows), frozenset({"cell", "arm"}))


def backlog_words(run: Source) -> str:
    """How fast the backlog of each arm grew in some cells."""
    said = [f"{row[1]} {row[2]} at {row[0]}" for row in backlog_table(run).rows]
    return f"Backlog over one trial of each arm, and send lag. Growth of the backlog: {named(said)}"


PLOT = Plot(
    stem="backlog",
    title="Backlog and send lag",
    reading="Left, records that are due but not visible yet, at every batch end: a saw that comes "
    "back to its foot keeps up. Right, how late the load was sent: what is the generator's own "
    "must stay small, else the trial is invalid.",
    applies=lambda run: any(backlog_of(result) is not None for result in run.results),
    figure=backlog_figure,
    table=backlog_table,
    words=backlog_words,
)
