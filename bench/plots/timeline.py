"""Batch timeline: how long each batch took by when it began, warm-up shaded, trigger as a line.

Above the trigger line an engine falls behind.  A row a cell, a column an arm, one round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy import quantile

from bench.document import text
from bench.document.parts import Grid
from bench.plots.data import Timeline, timeline
from bench.plots.grid import (
    arm_legend,
    brief,
    figure_title,
    named,
    note,
    panel_titles,
    shown_of,
    trials_of,
)
from bench.plots.plot import Plot
from bench.plots.style import MUTED, SHADE, look
from bench.results.schema import TrialResult
from bench.summary.source import Source

MAX_CELLS = 8
MAX_ARMS = 4

#: Batches shorter than this share of the trigger get an axis of their own height.
_FAR_BELOW = 0.25


def timeline_figure(run: Source) -> Figure:
    """A row a cell, at most :data:`MAX_CELLS`; call it within ``style.styled()``."""
    shown = run.summaries[:MAX_CELLS]
    arms = run.arms[:MAX_ARMS]
    figure = Figure(figsize=(3.9 * len(arms) + 0.6, 1.75 * len(shown) + 1.3), layout="constrained")
    grid = figure.subplots(len(shown), len(arms), squeeze=False, sharey="row", sharex="row")
    for axes, title, summary in zip(grid, panel_titles(shown), shown, strict=True):
        trials = chosen_round(trials_of(run, summary))
        found = {arm: data for arm, one in trials.items() if (data := timeline(one)) is not None}
        for position, (ax, arm) in enumerate(zip(axes, arms, strict=True)):
            result = trials.get(arm)
            status = result.status if result is not None else "not run"
            ax.set_title(brief(title) if position == 0 else "")
            draw_timeline(ax, found.get(arm), position)
            note(ax, [] if status == "ok" else [status])
        _limit(axes, list(found.values()))
        axes[0].set_ylabel("batch time (s)")
    for ax in grid[-1]:
        ax.set_xlabel("since the load began (s)")
    figure_title(figure, "Batch time over one trial of each arm", run)
    how = "Shaded, hollow: warm-up, not measured. Above the trigger line an engine falls behind."
    arm_legend(figure, arms, how + shown_of(run, len(shown)), lines=False)
    return figure


def chosen_round(trials: Mapping[str, Sequence[TrialResult]]) -> dict[str, TrialResult]:
    """The first of the rounds in which most arms have batches to show."""
    rounds: dict[int, dict[str, TrialResult]] = {}
    for arm, results in trials.items():
        for result in results:
            rounds.setdefault(result.trial.round, {})[arm] = result
    return max(
        (rounds[number] for number in sorted(rounds)),
        key=lambda found: sum(bool(result.batches) for result in found.values()),
        default={},
    )


def draw_timeline(ax: Axes, data: Timeline | None, position: int) -> None:
    """Draw the batches of one trial of the arm at ``position``; nothing of ``None``."""
    if data is None:
        return
    style = look(position)
    for chosen, filled in ((data.warmup, False), (~data.warmup, True)):
        ax.plot(
            data.start_s[chosen],
            data.batch_s[chosen],
            linestyle="none",
            marker=style.marker,
            markersize=3.5,
            color=style.colour,
            markerfacecolor=style.colour if filled else "none",
            markeredgewidth=0.8,
        )
    if data.warmup_until_s is not None:
        left = min(0.0, float(data.start_s.min()))
        ax.axvspan(left, data.warmup_until_s, color=SHADE, linewidth=0)


def _limit(axes: Sequence[Axes], found: Sequence[Timeline]) -> None:
    """Trigger lines, and a common height that shows the batches even far below the trigger."""
    top = max((float(data.batch_s.max()) for data in found), default=0.0)
    trigger = max((data.trigger_s for data in found), default=0.0)
    far = top < _FAR_BELOW * trigger
    height = 1.2 * (top if far else max(top, trigger))
    for ax in axes:
        ax.set_ylim(0, height or 1.0)
        ax.xaxis.set_major_locator(MaxNLocator(6, integer=True))
        if not trigger:
            continue
        if not far:
            ax.axhline(trigger, color=MUTED, linewidth=1, linestyle=(0, (4, 2)))
        ax.annotate(
            f"trigger {text.duration(trigger)}" + (", far above" if far else ""),
            (1, 0.98 if far else trigger / height),
            xycoords="axes fraction",
            xytext=(0, -2 if far else 2),
            textcoords="offset points",
            ha="right",
            va="top" if far else "bottom",
            fontsize=7.5,
            color=MUTED,
        )


def timeline_table(run: Source) -> Grid:
    """Of every trial that is drawn or could be: its batches and their times."""
    rows = []
    for title, summary in zip(panel_titles(run.summaries), run.summaries, strict=True):
        for arm, result in chosen_round(trials_of(run, summary)).items():
            data = timeline(result)
            if data is None:
                continue
            kept = data.batch_s[~data.warmup]
            times = quantile(kept if kept.size else data.batch_s, [0.5, 0.9, 1.0])
            rows.append(
                (
                    title,
                    text.plain(arm),
                    str(result.trial.number),
                    str(data.batch_s.size),
                    str(int(data.warmup.sum())),
                    *(text.seconds(float(value)) for value in times),
                    text.duration(data.trigger_s) if data.trigger_s else text.NONE,
                )
            )
    figures = ("batches", "of warm-up", "p50", "p90", "max", "trigger")
    return Grid(("cell", "arm", "trial", *figures), tuple(rows), frozenset({"cell", "arm"}))


def timeline_words(run: Source) -> str:
    """The median batch time of each arm in some cells."""
    said = [f"{row[1]} {row[5]} at {row[0]}" for row in timeline_table(run).rows]
    return f"Batch time by when the batch began, one trial of each arm. Median: {named(said)}."


PLOT = Plot(
    stem="timeline",
    title="Batch timeline",
    reading="One mark a batch. Shaded and hollow: warm-up, which is not measured. An engine whose "
    "batches stay above the trigger line falls behind.",
    applies=lambda run: any(result.batches and result.load for result in run.results),
    figure=timeline_figure,
    table=timeline_table,
    words=timeline_words,
)
