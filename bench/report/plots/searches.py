"""The plots of runs that search: for capacity, and for settings."""

from __future__ import annotations

from matplotlib.figure import Figure

from bench.report import capacity_text
from bench.report.capacity import CapacityReport, capacity_report
from bench.report.layout import Grid
from bench.report.plots.capacity import capacity_figure
from bench.report.plots.plot import Plot
from bench.report.searches import tune_of
from bench.report.source import Source
from bench.report.tune import TuneReport, headline, tried_grid
from bench.report.tune_plot import front_figure


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
