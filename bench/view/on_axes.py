"""One plot of a report on one pair of axes: of one cell, or of one panel of what spans cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import matplotlib
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from bench.document import text
from bench.errors import UsageError
from bench.plots import (
    backlog,
    distribution,
    heatmap,
    order,
    phases,
    quantiles,
    rates,
    rounds,
    timeline,
)
from bench.plots.data import timeline as timeline_of
from bench.plots.grid import trials_of
from bench.plots.plot import Plot
from bench.plots.style import look
from bench.plots.timeline import chosen_round
from bench.stats.metrics import METRICS
from bench.summary.axes import split_axes
from bench.summary.source import Source
from bench.summary.verdicts import run_metric
from bench.view.part import Part, Value, part_of


@dataclass(frozen=True)
class Drawing:
    """How one plot is drawn on one pair of axes.

    ``draw`` gets the axes, the part of the run and, where ``one_cell``, its one summary; it returns
    what its legend shows besides the arms.  ``lines``: arms are lines, not markers.
    """

    draw: Callable[[Axes, Part], Sequence[Artist] | None]
    x: str
    y: str
    one_cell: bool = True
    lines: bool = False
    arms: bool = True


def draw_on(ax: Axes, run: Source, plot: Plot, where: Mapping[str, Value], *, styled: bool) -> None:
    """Draw ``plot`` of the part of ``run`` that ``where`` chooses on ``ax``.

    ``styled``: the axes are ours, with the report's style; else the user's style stays.  Raises
    :class:`UsageError` where that part is empty, or more than fits on one pair of axes.
    """
    drawing = DRAWINGS.get(plot.stem)
    if drawing is None:
        name = plot.stem.replace("-", "_")
        raise UsageError(f"plot {name}: it fills a figure of its own; take .{name}.figure()")
    part = part_of(run, plot.stem, where, one_cell=drawing.one_cell)
    # A dollar sign in a user's string is a dollar sign.
    with matplotlib.rc_context({"text.parse_math": False}):
        further = drawing.draw(ax, part)
        _label(ax, drawing, part, run)
        handles = [*(_handles(part, drawing) if drawing.arms else []), *(further or ())]
        if handles:
            ax.legend(handles=handles, fontsize="small" if not styled else 8)


def _label(ax: Axes, drawing: Drawing, part: Part, run: Source) -> None:
    """Names of the axes and the cell as title, where the user has not said otherwise."""
    varying, _common = split_axes(run.summaries)
    if not ax.get_title() and drawing.one_cell and varying:
        ax.set_title(text.cell_text(part.summaries[0].cell, varying))
    if not ax.get_xlabel():
        ax.set_xlabel(drawing.x)
    if not ax.get_ylabel():
        ax.set_ylabel(drawing.y)


def _handles(part: Part, drawing: Drawing) -> list[Artist]:
    looks = [(text.plain(arm), look(position)) for position, arm in enumerate(part.arms)]
    return [
        Line2D(
            [],
            [],
            color=style.colour,
            marker=style.marker,
            linestyle=style.dashes if drawing.lines else "none",
            label=name,
        )
        for name, style in looks
    ]


def _quantiles(ax: Axes, part: Part) -> None:
    (summary,) = part.summaries
    quantiles.draw_quantiles(ax, summary, trials_of(part, summary))


def _distribution(ax: Axes, part: Part) -> None:
    (summary,) = part.summaries
    distribution.draw_distribution(ax, summary, trials_of(part, summary))


def _rounds(ax: Axes, part: Part) -> None:
    (summary,) = part.summaries
    metric = METRICS[run_metric(part.info)]
    rounds.draw_rounds(ax, summary, trials_of(part, summary), metric)


def _timeline(ax: Axes, part: Part) -> None:
    (summary,) = part.summaries
    trials = chosen_round(trials_of(part, summary))
    for position, arm in enumerate(part.arms):
        timeline.draw_timeline(ax, timeline_of(trials[arm]) if arm in trials else None, position)
    ax.set_ylim(bottom=0)


def _backlog(ax: Axes, part: Part) -> None:
    (summary,) = part.summaries
    backlog.draw_backlog(ax, chosen_round(trials_of(part, summary)), part.arms)


def _phases(ax: Axes, part: Part) -> Sequence[Artist]:
    return phases.draw_phases(ax, phases.bars_of(part))


def _order(ax: Axes, part: Part) -> None:
    order.draw_order(ax, order.points(part), part.arms)


def _rates(ax: Axes, part: Part) -> None:
    found = rates.climbs(part)
    if len(found) != 1:
        raise UsageError(_several("rates", [climb.title for climb in found]))
    rates.draw_rates(ax, found[0])


def _heatmap(ax: Axes, part: Part) -> None:
    found = heatmap.panels_of(part)
    if len(found) != 1:
        raise UsageError(_several("heatmap", [panel.title for panel in found]))
    title = ax.get_title() or found[0].title
    heatmap.draw_heatmap(ax, found[0])
    ax.set_title(title)


def _several(name: str, titles: Sequence[str]) -> str:
    if not titles:
        return f"plot {name}: this part of the run has no data for it"
    return f"plot {name}: choose one by its axes, or by arm; there are {'; '.join(titles)}"


#: Plots that can be drawn on one pair of axes, by the stem of their name.
DRAWINGS: dict[str, Drawing] = {
    "quantiles": Drawing(_quantiles, "quantile", "latency (s)", lines=True),
    "distribution": Drawing(_distribution, "latency (s)", "records (%)", lines=True),
    "timeline": Drawing(_timeline, "since the load began (s)", "batch time (s)"),
    "backlog": Drawing(_backlog, "since the load began (s)", "backlog (records)", lines=True),
    "rounds": Drawing(_rounds, "round", "value of the trial"),
    "phases": Drawing(_phases, "mean seconds a batch", "", one_cell=False, arms=False),
    "order": Drawing(_order, "trial, in the order they ran", "value / median", one_cell=False),
    "rates": Drawing(_rates, "offered records/s", "latency (s)", one_cell=False, lines=True),
    "heatmap": Drawing(_heatmap, "trigger", "cores", one_cell=False, arms=False),
}
