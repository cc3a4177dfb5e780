"""Run order against result: does it matter when a trial ran?"""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator, NullLocator

from bench.document import text
from bench.document.parts import Grid
from bench.plan.cells import cell_key
from bench.plots.grid import arm_legend, middle, panel_titles
from bench.plots.plot import Plot
from bench.plots.style import AXIS, MUTED, look
from bench.stats.metrics import METRICS
from bench.summary.order import order_of
from bench.summary.source import Source
from bench.summary.verdicts import run_metric

#: Fewer than so many trials of an arm in a cell have no middle worth comparing with.
_FEWEST = 2


@dataclass(frozen=True)
class Point:
    """A trial: its place in the run, and its value over the median of its arm in its cell."""

    number: int
    arm: str
    cell: str
    round: int
    value: float
    relative: float
    outlier: bool


def points(run: Source) -> list[Point]:
    """All ``ok`` trials that have others to be compared with, by number."""
    metric = METRICS[run_metric(run.info)]
    if not run.arms:
        return []
    apart = {one.number for one in order_of(run.results, run.arms, metric).outliers}
    titles = dict(
        zip((cell_key(s.cell) for s in run.summaries), panel_titles(run.summaries), strict=True)
    )
    groups: dict[tuple[str, str], list[tuple[int, int, float]]] = {}
    for result in run.results:
        value = metric.read(result)
        if result.status == "ok" and value is not None and value > 0:
            trial = result.trial
            groups.setdefault((cell_key(trial.cell), trial.arm), []).append(
                (trial.number, trial.round, value)
            )
    found = []
    for (cell, arm), trials in groups.items():
        centre = middle(value for _number, _round, value in trials)
        if len(trials) >= _FEWEST and centre:
            found += [
                Point(number, arm, titles[cell], round_, value, value / centre, number in apart)
                for number, round_, value in trials
            ]
    return sorted(found, key=lambda point: point.number)


def order_figure(run: Source) -> Figure:
    """One panel for the whole run; call it within ``style.styled()``."""
    metric = METRICS[run_metric(run.info)]
    figure = Figure(figsize=(8.6, 3.6), layout="constrained")
    ax = figure.subplots()
    draw_order(ax, points(run), run.arms)
    ax.set_xlabel("trial, in the order they ran")
    ax.set_ylabel("value / median")
    figure.suptitle(
        f"Run order against result: {metric.label}",
        x=0.01,
        ha="left",
        fontsize=11,
        fontweight="bold",
    )
    how = "1 is the median of the arm in its cell. Ringed: an outlier, kept."
    arm_legend(figure, run.arms, how, lines=False)
    return figure


def draw_order(ax: Axes, found: list[Point], arms: tuple[str, ...]) -> None:
    """Draw the points, an arm in its own look."""
    ax.axhline(1.0, color=AXIS, linewidth=0.8)
    for position, arm in enumerate(arms):
        style = look(position)
        of_arm = [point for point in found if point.arm == arm]
        ax.plot(
            [point.number for point in of_arm],
            [point.relative for point in of_arm],
            color=style.colour,
            marker=style.marker,
            markersize=4 if len(found) < 300 else 2.5,
            linestyle="none",
        )
    ringed = [point for point in found if point.outlier]
    ax.plot(
        [point.number for point in ringed],
        [point.relative for point in ringed],
        color=MUTED,
        marker="o",
        markersize=11,
        markerfacecolor="none",
        linestyle="none",
    )
    farthest = max([*(max(p.relative, 1 / p.relative) for p in found), 1.1]) ** 1.15
    ax.set_yscale("log")
    ax.set_ylim(1 / farthest, farthest)
    ax.yaxis.set_major_locator(FixedLocator(_ticks(farthest)))
    ax.yaxis.set_major_formatter(
        FuncFormatter(
            lambda value, _position: f"{value:.2f}x" if value < 1.995 else f"{value:.0f}x"
        )
    )
    ax.yaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_locator(MaxNLocator(10, integer=True))


def _ticks(farthest: float) -> list[float]:
    """Round ratios on both sides of 1, a few."""
    steps = (1.02, 1.05, 1.1, 1.2, 1.5, 2, 3, 5, 10, 20, 50, 100)
    within = [step for step in steps if step <= farthest][-3:]
    return sorted([1.0, *within, *(1 / step for step in within)])


def order_table(run: Source) -> Grid:
    """A row a trial, in the order they ran."""
    metric = METRICS[run_metric(run.info)]
    rows = tuple(
        (
            str(point.number),
            str(point.round),
            text.plain(point.arm),
            point.cell,
            text.seconds(point.value) if metric.unit == "s" else text.quantity(point.value),
            text.ratio(point.relative),
            "outlier" if point.outlier else "",
        )
        for point in points(run)
    )
    heading = ("trial", "round", "arm", "cell", metric.key, "of the median", "note")
    return Grid(heading, rows, frozenset({"arm", "cell", "note"}))


def order_words(run: Source) -> str:
    """The widest scatter, and the outliers."""
    found = points(run)
    low, high = min(p.relative for p in found), max(p.relative for p in found)
    apart = [str(p.number) for p in found if p.outlier]
    told = f"Outliers: trial {', '.join(apart)}." if apart else "No outlier."
    return (
        f"{len(found)} trials in the order they ran, from {text.ratio(low)} to {text.ratio(high)} "
        f"of the median of their arm and cell. {told}"
    )


PLOT = Plot(
    stem="order",
    title="Run order against result",
    reading="A slope from left to right would be drift: a machine that warms up or fills up. The "
    "order within a round is random.",
    applies=lambda run: len(points(run)) > _FEWEST,
    figure=order_figure,
    table=order_table,
    words=order_words,
)
