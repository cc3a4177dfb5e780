"""The plots of a report: which a run has, in which order, and how each is drawn.

A plot has files, a picture for the page, its numbers and its words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from matplotlib.figure import Figure

from bench.document.table import Grid
from bench.experiments.capacity import text as capacity_text
from bench.experiments.capacity.findings import CapacityReport, capacity_report
from bench.experiments.capacity.plot import capacity_figure
from bench.experiments.faults import plot as faults
from bench.experiments.tune.document import TuneReport, headline, tried_grid
from bench.experiments.tune.findings import tune_of
from bench.experiments.tune.plot import front_figure
from bench.plan.kind import kind_of
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


def _capacity(run: Source) -> CapacityReport:
    report = capacity_report(run)
    assert report is not None, "only called where the plot applies"
    return report


def _tune(run: Source) -> TuneReport:
    report = tune_of(run)
    assert report is not None, "only called where the plot applies"
    return report


def _has_points(run: Source) -> bool:
    report = capacity_report(run)
    return report is not None and any(one.points for one in report.found)


def _has_tried(run: Source) -> bool:
    report = tune_of(run)
    return report is not None and any(
        one.p99_s is not None and one.work_rate_per_s is not None for one in report.tried
    )


def _curve(run: Source) -> Grid:
    return capacity_text.curve(_capacity(run))


def _front(run: Source) -> Figure:
    return front_figure(_tune(run))


CAPACITY = Plot(
    stem="capacity",
    title="Latency against rate, to the knee",
    reading="Thick: p99, thin: p50. Filled: a full trial in a fresh JVM, hollow: a short one of "
    "the ramp, a cross: a rate that did not hold.",
    applies=_has_points,
    figure=capacity_figure,
    table=_curve,
    words=lambda run: " ".join(capacity_text.answers(_capacity(run))),
)

FRONT = Plot(
    stem="tune-front",
    title="Latency against work rate",
    reading="A point a configuration, medians of the search, which choose and do not judge. Right "
    "and down is worse; the line joins those that no other beats in both.",
    applies=_has_tried,
    figure=_front,
    table=lambda run: tried_grid(_tune(run)),
    words=lambda run: headline(_tune(run)),
)

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
    own = {"capacity": (CAPACITY,), "tune": (FRONT,)}
    candidates = own.get(kind_of(run.info.plan), PLOTS)
    return [plot for plot in candidates if plot.applies(run)]


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
