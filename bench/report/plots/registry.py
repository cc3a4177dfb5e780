"""All plots, in the order in which a report shows them."""

from __future__ import annotations

from bench.report.plots import (
    backlog,
    distribution,
    faults,
    heatmap,
    order,
    phases,
    quantiles,
    rates,
    rounds,
    timeline,
)
from bench.report.plots.plot import Plot
from bench.report.plots.searches import CAPACITY, FRONT
from bench.report.searches import is_tune
from bench.report.source import Source
from bench.strategy.capacity_plan import is_capacity

PLOTS: tuple[Plot, ...] = (
    quantiles.PLOT,
    distribution.PLOT,
    heatmap.PLOT,
    rates.PLOT,
    phases.PLOT,
    timeline.PLOT,
    faults.PLOT,
    backlog.PLOT,
    rounds.PLOT,
    order.PLOT,
)


def plots_of(run: Source) -> list[Plot]:
    """The plots that ``run`` has data for.

    A search compares no trial with another of the same cell, so it has a plot of its own alone.
    """
    if is_capacity(run.info.plan):
        candidates: tuple[Plot, ...] = (CAPACITY,)
    else:
        candidates = (FRONT,) if is_tune(run) else PLOTS
    return [plot for plot in candidates if plot.applies(run)]
