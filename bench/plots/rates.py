"""Latency against rate, up to the knee: where an arm stops to hold its load."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from bench.document import text
from bench.document.parts import Grid
from bench.document.text import cell_order
from bench.plots.grid import MAX_PANELS, arm_legend, brief, cell_panels, middle, named
from bench.plots.plot import Plot
from bench.plots.style import look
from bench.results.schema import Status, TrialResult
from bench.summary.cells import worst
from bench.summary.source import Source

_RATE = "rate_per_s"


@dataclass(frozen=True)
class Step:
    """One rate of one arm: the medians of its trials, and the worst of their statuses.

    ``p50_s`` and ``p99_s`` are of the ``ok`` trials, else of those that were measured all the same.
    """

    rate_per_s: float
    status: Status
    trials: int
    p50_s: float | None
    p99_s: float | None
    visible_per_s: float | None


@dataclass(frozen=True)
class Climb:
    """The rates of each arm, rising, at one point of all other axes."""

    title: str
    arms: dict[str, tuple[Step, ...]]


def climbs(run: Source) -> list[Climb]:
    """One for each point of the other axes at which some arm was tried at two rates or more."""
    groups: dict[tuple[tuple[str, str | int | float], ...], list[TrialResult]] = {}
    for result in run.results:
        rest = {axis: value for axis, value in result.trial.cell.items() if axis != _RATE}
        groups.setdefault(tuple(sorted(rest.items())), []).append(result)
    found = []
    for key in sorted(groups, key=cell_order):
        arms = {arm: _steps(groups[key], arm) for arm in run.arms}
        if max(map(len, arms.values()), default=0) > 1:
            found.append(Climb(text.cell_text(dict(key)) if key else "", arms))
    return found


def _steps(results: Sequence[TrialResult], arm: str) -> tuple[Step, ...]:
    rates: dict[float, list[TrialResult]] = {}
    for result in results:
        if result.trial.arm == arm and result.status not in ("unsupported", "failed"):
            rates.setdefault(result.trial.rate_per_s, []).append(result)
    return tuple(_step(rate, rates[rate]) for rate in sorted(rates))


def _step(rate: float, trials: Sequence[TrialResult]) -> Step:
    status = worst(result.status for result in trials)
    assert status is not None
    counting = [r for r in trials if r.status == "ok"] or trials
    gross = [r.latency_s.gross for r in counting if r.latency_s is not None]
    return Step(
        rate,
        status,
        len(trials),
        middle(one.p50 for one in gross),
        middle(one.p99 for one in gross),
        middle(r.throughput_per_s for r in counting),
    )


def rates_figure(run: Source) -> Figure:
    """One panel a point of the other axes; call it within ``style.styled()``."""
    found = climbs(run)
    shown = found[:MAX_PANELS]
    figure, axes, columns = cell_panels(len(shown))
    for ax, climb in zip(axes, shown, strict=True):
        ax.set_title(brief(climb.title))
        draw_rates(ax, climb)
    for ax in axes[::columns]:
        ax.set_ylabel("latency (s)")
    for ax in axes[-columns:]:
        ax.set_xlabel("offered records/s")
    figure.suptitle("Latency against rate", x=0.01, ha="left", fontsize=11, fontweight="bold")
    more = f" First {len(shown)} of {len(found)} panels." if len(shown) < len(found) else ""
    how = f"Line: p99; faint: p50. Hollow: saturated or not settled, not ranked.{more}"
    arm_legend(figure, run.arms, how, lines=True)
    return figure


def draw_rates(ax: Axes, climb: Climb) -> None:
    """Draw one panel: p99 and p50 of each arm by rate, both axes logarithmic."""
    for position, steps in enumerate(climb.arms.values()):
        style = look(position)
        for name, width, alpha in (("p99_s", 1.6, 1.0), ("p50_s", 0.9, 0.5)):
            line = [(s.rate_per_s, getattr(s, name)) for s in steps if getattr(s, name) is not None]
            ax.plot(
                [rate for rate, _value in line],
                [value for _rate, value in line],
                color=style.colour,
                linestyle=style.dashes,
                linewidth=width,
                alpha=alpha,
            )
        for step in steps:
            if step.p99_s is not None:
                ax.plot(
                    step.rate_per_s,
                    step.p99_s,
                    color=style.colour,
                    marker=style.marker,
                    markersize=5.5,
                    markerfacecolor=style.colour if step.status == "ok" else "none",
                )
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.margins(x=0.08, y=0.12)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0), numticks=7))
        axis.set_minor_formatter(NullFormatter())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _at: _short(value)))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _at: f"{value:g}"))


def _short(value: float) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def rates_table(run: Source) -> Grid:
    """Every rate of every arm."""
    rows = tuple(
        (
            climb.title or "the only cell",
            text.plain(arm),
            f"{text.quantity(step.rate_per_s)}/s",
            str(step.trials),
            step.status,
            text.seconds(step.p50_s),
            text.seconds(step.p99_s),
            f"{text.quantity(step.visible_per_s)}/s" if step.visible_per_s else text.NONE,
        )
        for climb in climbs(run)
        for arm, steps in climb.arms.items()
        for step in steps
    )
    heading = ("cell", "arm", "rate", "trials", "status", "p50", "p99", "visible")
    return Grid(heading, rows, frozenset({"cell", "arm", "status"}))


def rates_words(run: Source) -> str:
    """The highest rate at which each arm was ``ok``."""
    said = []
    for climb in climbs(run):
        for arm, steps in climb.arms.items():
            held = [step for step in steps if step.status == "ok"]
            where = f" at {climb.title}" if climb.title else ""
            top = f"{text.quantity(held[-1].rate_per_s)}/s" if held else "at no rate"
            said.append(f"{text.plain(arm)} {top}{where}")
    return f"Latency by offered rate. The highest rate that was held: {named(said)}."


PLOT = Plot(
    stem="rates",
    title="Latency against rate",
    reading="Both axes are logarithmic. Beyond the knee an engine no longer holds the load: its "
    "backlog grows, and latency says only how long one looked.",
    applies=lambda run: bool(climbs(run)),
    figure=rates_figure,
    table=rates_table,
    words=rates_words,
)
