"""Every plot of the report: drawn, with its numbers and words, for any run that has data for it."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from bench.plots import backlog, heatmap, order, phases, rates, rounds
from bench.plots.data import MOST_LATENCIES, pooled, sample
from bench.plots.grid import title_text
from bench.plots.plot import Plot
from bench.plots.style import COLOURS, SHADE, page_svg, styled
from bench.report.plots import PLOTS, draw, plots_of, problems
from bench.run import Run
from tests.report.made_faults import fault_run
from tests.report.made_pages import big_run, rates_run
from tests.report.synthetic import make_info, make_trial


@pytest.fixture(scope="module")
def runs():
    return {"grid": big_run(), "rates": rates_run(), "faults": fault_run(2)}


def run_for(plot, runs):
    return runs[plot.stem if plot.stem in runs else "grid"]


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.stem)
def test_each_is_drawn_told_and_counted(plot, runs):
    run = run_for(plot, runs)
    assert plot.applies(run)
    before = dict(matplotlib.rcParams)
    with styled():
        figure = plot.figure(run)
    assert [ax for ax in figure.axes if ax.get_visible()]
    assert title_end(figure) <= 1
    grid = plot.table(run)
    assert grid.rows
    assert all(len(row) == len(grid.heading) for row in grid.rows)
    assert grid.left <= set(grid.heading)
    words = plot.words(run)
    assert len(words) > 40
    assert "nan" not in words.lower()
    assert "None" not in words
    assert ET.fromstring(page_svg(plot.figure, run)).tag.endswith("svg")
    assert dict(matplotlib.rcParams) == before


def title_end(figure):
    """Where the title ends, as a share of the figure's width."""
    figure.draw_without_rendering()
    [title] = [words for words in figure.texts if words.get_text() == figure.get_suptitle()]
    return title.get_window_extent().x1 / figure.bbox.width


@pytest.mark.parametrize("width_in", [4.2, 6.4, 7.6, 10.6])
@pytest.mark.parametrize("shared", ["", "trigger 1 s, 2 cores", ", ".join(["trigger 1 s"] * 12)])
def test_a_title_stays_within_its_figure(width_in, shared):
    with styled():
        figure = Figure(figsize=(width_in, 3), layout="constrained")
        figure.subplots()
        what = "New results around the fault, one trial of each arm"
        words = title_text(what, shared, width_in)
        figure.suptitle(words, x=0.01, ha="left", fontsize=11, fontweight="bold")
        assert title_end(figure) <= 1
    assert " ".join(words.split()) == f"{what} ({shared})".removesuffix(" ()")


def test_a_run_without_results_has_no_plot():
    assert plots_of(Run(None, make_info(), [])) == []


def test_letters_of_the_page_are_text(runs):
    svg = page_svg(phases.PLOT.figure, runs["grid"])
    assert re.search(r"<text[^>]*>execution</text>", svg)


def test_a_plot_that_fails_costs_no_report(runs, monkeypatch):
    def broken(run):
        raise ZeroDivisionError("no")

    bad = Plot("bad", "Bad", "?", lambda run: True, broken, broken, broken)
    monkeypatch.setattr("bench.report.plots.plots_of", lambda run: [bad, phases.PLOT])
    drawn = draw(runs["grid"], with_files=False)
    assert drawn[0].page_svg is None
    assert problems(drawn) == [
        "Bad: This plot could not be drawn (ZeroDivisionError: no). Please report it."
    ]
    assert drawn[1].page_svg


class TestSample:
    def test_all_records_where_they_are_few(self):
        result = make_trial(1)
        found = sample(result)
        assert found.n == found.latency_s.size == result.latency_s.gross.n
        assert np.all(np.diff(found.latency_s) >= 0)
        gross = result.latency_s.gross
        assert found.at([0.5, 0.99, 1.0]) == pytest.approx([gross.p50, gross.p99, gross.max])

    def test_of_many_records_a_part_tells_the_same(self):
        result = make_trial(1, rate_per_s=20_000.0)
        found = sample(result)
        assert found.n == result.latency_s.gross.n > 4 * MOST_LATENCIES
        assert found.latency_s.size <= MOST_LATENCIES
        assert found.weight.sum() == pytest.approx(found.n)
        gross = result.latency_s.gross
        quantiles = [gross.p50, gross.p90, gross.p99, gross.p999, gross.max]
        assert found.at([0.5, 0.9, 0.99, 0.999, 1.0]) == pytest.approx(quantiles, rel=2e-3)

    def test_trials_pool_by_their_records(self):
        trials = make_trial(1), make_trial(2, slowdown=3)
        parts = [one for result in trials if (one := sample(result)) is not None]
        both = pooled(parts)
        assert both.n == sum(part.n for part in parts)
        assert both.at([1.0])[0] == max(part.latency_s[-1] for part in parts)


class TestHeatmap:
    def test_a_field_a_cell_with_its_verdict(self, runs):
        (panel,) = heatmap.panels_of(runs["grid"])
        found = {(field.x, field.y): field.words for field in panel.fields}
        assert set(found) == {(t, c) for t in (0.5, 1.0) for c in (1, 2)}
        assert found[0.5, 1] == ("dstream: saturated",)
        assert re.fullmatch(r"0\.\d\dx", found[1.0, 2][0])

    def test_one_core_count_is_no_map(self):
        results = [make_trial(n, trigger_s=t) for n, t in ((1, 0.5), (2, 1.0))]
        assert heatmap.panels_of(Run(None, make_info(["dstream"]), results)) == []

    @given(st.floats(1.0, 100.0))
    def test_better_and_worse_are_mirrored_in_shade(self, size):
        better, worse = heatmap.shade(1 / size), heatmap.shade(size)
        assert (worse[0] == SHADE) == (size < 1.05)
        assert (better == worse) == (size < 1.05)

    @pytest.mark.parametrize("ratio", [0.1, 0.7, 0.9, 1.0, 1.1, 1.5, 9.0])
    def test_words_can_be_read_on_every_shade(self, ratio):
        def light(colour):
            parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
            linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
            return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

        one, other = sorted(map(light, heatmap.shade(ratio)))
        assert (other + 0.05) / (one + 0.05) >= 4.5


class TestRates:
    def test_the_saturated_rate_is_hollow_and_the_rest_filled(self, runs):
        with styled():
            figure = rates.rates_figure(runs["rates"])
        hollow = [
            line
            for line in figure.axes[0].lines
            if line.get_marker() in ("o", "s") and line.get_markerfacecolor() == "none"
        ]
        assert [line.get_color() for line in hollow] == [COLOURS[0]]

    def test_one_rate_is_no_climb(self, runs):
        assert rates.climbs(runs["grid"]) == []


class TestBacklog:
    def test_the_backlog_ends_with_the_window(self):
        result = make_trial(1)
        found = backlog.backlog_of(result)
        assert found.at_s[0] > 0
        assert found.at_s[-1] <= max(result.window_s or ()) - result.load.t0
        # At 1,000 records/s and 1 s, never more than what came in two triggers.
        assert 0 <= found.records.max() < 2000

    @pytest.mark.parametrize("status", ["failed", "unsupported"])
    def test_a_trial_without_batches_has_none(self, status):
        assert backlog.backlog_of(make_trial(1, status=status)) is None

    def test_a_damaged_schedule_costs_the_line_only(self):
        result = make_trial(1)
        result.load.schedule.clear()
        assert backlog.backlog_of(result) is None


def test_phases_add_up_to_the_bar(runs):
    grid = phases.phases_table(runs["grid"])
    assert grid.heading[-1] == "sum"
    assert {"execution", "commit"} <= set(grid.heading)
    run = Run(None, make_info(["dstream"]), [make_trial(1)])
    batches = [b for b in run.results[0].batches if not b.warmup]
    mean = np.mean([sum(b.phases.values()) for b in batches])
    with styled():
        (ax,) = phases.phases_figure(run).axes
    widths = [bar.get_width() for bar in ax.patches if isinstance(bar, Rectangle)]
    assert sum(widths) == pytest.approx(mean)


def test_rounds_join_both_arms_and_tell_the_ratio(runs):
    grid = rounds.rounds_table(runs["grid"])
    assert grid.heading == ("cell", "round", "dstream", "structured", "structured / dstream")
    paired = [row for row in grid.rows if "2 cores" in row[0]]
    assert len(paired) == 12
    assert all(re.fullmatch(r"0\.\d\dx", row[4]) for row in paired)


def test_order_is_relative_to_the_arm_and_rings_the_outlier():
    results = [make_trial(n, round_number=n, slowdown=4.0 if n == 5 else 1.0) for n in range(1, 11)]
    run = Run(None, make_info(["dstream"]), results)
    found = order.points(run)
    assert [point.number for point in found] == list(range(1, 11))
    assert [point.number for point in found if point.outlier] == [5]
    assert np.median([point.relative for point in found]) == pytest.approx(1.0)
    assert "Outliers: trial 5." in order.order_words(run)
