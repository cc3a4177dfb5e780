"""The plots of a report: which a run has, in which order, and how each is drawn.

A plot has files, a picture for the page, its numbers and its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.document.parts import Grid
from bench.experiments.faults import plot as faults
from bench.experiments.registry import experiment_of
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
from bench.plots.plot import Plot
from bench.plots.style import images_and_page, page_svg
from bench.summary.source import Source

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
    own = experiment_of(run).plots()
    return [plot for plot in (PLOTS if own is None else own) if plot.applies(run)]


@dataclass(frozen=True)
class Drawn:
    """One plot: ``files`` by kind (png, svg), the SVG for a page, its numbers and its words.

    ``problem`` says why there is no picture, where there is none.
    """

    plot: Plot
    files: dict[str, bytes] = field(default_factory=dict)
    page_svg: str | None = None
    table: Grid | None = None
    words: str = ""
    problem: str = ""


def draw(run: Source, *, with_files: bool) -> list[Drawn]:
    """Every plot that ``run`` has data for; ``with_files`` makes the files as well."""
    return [_drawn(plot, run, with_files) for plot in plots_of(run)]


def _drawn(plot: Plot, run: Source, with_files: bool) -> Drawn:
    try:
        if with_files:
            files, svg = images_and_page(plot.figure, run)
        else:
            files, svg = {}, page_svg(plot.figure, run)
        return Drawn(
            plot,
            files=files,
            page_svg=svg,
            table=plot.table(run),
            words=plot.words(run),
        )
    except Exception as error:
        # Hours of measuring must not end without a report because one picture cannot be drawn.
        why = f"{type(error).__name__}: {error}".rstrip(": ")
        return Drawn(plot, problem=f"This plot could not be drawn ({why}). Please report it.")


def problems(drawn: Sequence[Drawn]) -> list[str]:
    """What could not be drawn, each with its name."""
    return [f"{one.plot.title}: {one.problem}" for one in drawn if one.problem]
