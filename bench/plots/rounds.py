"""Paired rounds: both arms' values of each round, joined, as the verdict takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from bench.document import text
from bench.document.parts import Grid
from bench.plots.grid import (
    MAX_PANELS,
    arm_legend,
    brief,
    cell_panels,
    figure_title,
    named,
    note,
    panel_titles,
    shown_of,
    trials_of,
)
from bench.plots.plot import Plot
from bench.plots.style import AXIS, look
from bench.results.schema import TrialResult
from bench.stats.metrics import METRICS, Metric
from bench.summary.source import Source
from bench.summary.summary import CellSummary
from bench.summary.verdicts import run_metric


def rounds_figure(run: Source) -> Figure:
    """One panel a cell, at most ``MAX_PANELS``; call it within ``style.styled()``."""
    metric = METRICS[run_metric(run.info)]
    cells = _paired(run)
    shown = cells[:MAX_PANELS]
    figure, axes, columns = cell_panels(len(shown), height=2.3)
    for ax, (title, summary) in zip(axes, shown, strict=True):
        ax.set_title(brief(title))
        draw_rounds(ax, summary, trials_of(run, summary), metric)
    for ax in axes[::columns]:
        ax.set_ylabel(f"{metric.key.replace('_', ' ')} ({metric.unit})")
    for ax in axes[-columns:]:
        ax.set_xlabel("round")
    figure_title(figure, f"Round by round: {metric.label}", run)
    more = "" if len(shown) == len(cells) else shown_of(run, len(shown))
    arm_legend(figure, run.arms, f"A line joins the trials of one round.{more}", lines=False)
    return figure


def draw_rounds(
    ax: Axes, summary: CellSummary, trials: Mapping[str, Sequence[TrialResult]], metric: Metric
) -> None:
    """Draw one cell: the ``ok`` trials of every arm by round."""
    values = _values(summary, trials, metric)
    for number in sorted({n for found in values.values() for n in found}):
        here = [found[number] for found in values.values() if number in found]
        if len(here) > 1:
            ax.plot([number] * 2, [min(here), max(here)], color=AXIS, linewidth=0.8, zorder=1)
    for position, arm in enumerate(summary.arms):
        style, found = look(position), values[arm.arm]
        ax.plot(
            list(found),
            list(found.values()),
            color=style.colour,
            marker=style.marker,
            markersize=5,
            linestyle="none",
            zorder=2,
        )
    ax.xaxis.set_major_locator(MaxNLocator(8, integer=True))
    ax.margins(x=0.08)
    top = max((value for found in values.values() for value in found.values()), default=1.0)
    ax.set_ylim(0, 1.12 * top)
    lost = [f"{a.arm}: {a.status or 'not run'}" for a in summary.arms if not a.ranked]
    note(ax, lost)


def rounds_table(run: Source) -> Grid:
    """Every round of every cell: each arm's value, and each arm over the baseline."""
    metric = METRICS[run_metric(run.info)]
    others = run.arms[1:]
    rows = []
    for title, summary in _paired(run):
        values = _values(summary, trials_of(run, summary), metric)
        for number in sorted({n for found in values.values() for n in found}):
            here = [values[arm].get(number) for arm in run.arms]
            ratios = [one / here[0] if one and here[0] else None for one in here[1:]]
            told = [text.seconds(v) if metric.unit == "s" else text.quantity(v) for v in here]
            rows.append((title, str(number), *told, *map(text.ratio, ratios)))
    heads = (*run.arms, *(f"{arm} / {run.arms[0]}" for arm in others))
    return Grid(("cell", "round", *map(text.plain, heads)), tuple(rows), frozenset({"cell"}))


def rounds_words(run: Source) -> str:
    """In how many rounds each arm was the lower."""
    said = []
    for title, summary in _paired(run):
        for comparison in summary.comparisons:
            logs = comparison.log_ratios
            if logs:
                below = sum(one < 0 for one in logs)
                arm = text.plain(comparison.arm)
                said.append(f"{arm} in {below} of {len(logs)} rounds at {title}")
    return f"Both trials of each round, side by side. Lower than the baseline: {named(said)}."


def _paired(run: Source) -> list[tuple[str, CellSummary]]:
    titled = zip(panel_titles(run.summaries), run.summaries, strict=True)
    return [(t, s) for t, s in titled if any(c.rounds > 1 for c in s.comparisons)]


def _values(
    summary: CellSummary, trials: Mapping[str, Sequence[TrialResult]], metric: Metric
) -> dict[str, dict[int, float]]:
    return {
        arm.arm: {
            result.trial.round: value
            for result in sorted(trials[arm.arm], key=lambda r: r.trial.round)
            if result.status == "ok" and (value := metric.read(result)) is not None
        }
        for arm in summary.arms
    }


PLOT = Plot(
    stem="rounds",
    title="Round by round",
    reading="The arms of a round run one after the other, in random order, so what the machine "
    "does to both cancels in the ratio within the round.",
    applies=lambda run: bool(_paired(run)),
    figure=rounds_figure,
    table=rounds_table,
    words=rounds_words,
)
