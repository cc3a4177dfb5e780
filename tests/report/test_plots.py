"""Plots: the numbers behind them, what is drawn, and that they repeat."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import matplotlib
import numpy as np
import pytest
from matplotlib.image import imread

from bench.plots.data import curve, median_curve, timeline
from bench.plots.grid import MAX_PANELS
from bench.plots.quantiles import quantiles_figure
from bench.plots.style import COLOURS, DASHES, MARKERS, images_and_page, styled
from bench.plots.timeline import MAX_CELLS, chosen_round, timeline_figure
from bench.run import Run
from tests.report.synthetic import make_info, make_results, make_trial


@pytest.fixture(scope="module")
def run():
    return Run(None, make_info(), make_results(rounds=2))


def panels(figure):
    return [ax for ax in figure.axes if ax.get_visible()]


def image_bytes(make, run):
    return images_and_page(make, run)[0]


@pytest.mark.parametrize("arm", ["dstream", "structured"])
def test_curves_agree_with_the_stored_quantiles(arm):
    result = make_trial(1, arm)
    found = curve(result, [0.5, 0.9, 0.99, 1.0])
    gross = result.latency_s.gross
    assert found.latency_s == pytest.approx([gross.p50, gross.p90, gross.p99, gross.max], abs=2e-5)


def test_a_curve_ends_where_its_records_end():
    result = make_trial(1)
    records = result.latency_s.gross.n
    found = curve(result)
    assert found.p[0] == 0
    assert 0.99 < found.p[-1] <= 1 - 5 / records
    assert np.all(np.diff(found.latency_s) >= 0)


def test_the_thick_line_is_the_median_of_the_trials():
    results = [make_trial(n, slowdown=s) for n, s in ((1, 1.0), (2, 1.3), (3, 2.0))]
    trials = [one for result in results if (one := curve(result)) is not None]
    middle = median_curve(trials)
    for p in (0.5, 0.9, 0.99):
        at = [float(np.interp(p, one.p, one.latency_s)) for one in trials]
        assert float(np.interp(p, middle.p, middle.latency_s)) == pytest.approx(
            sorted(at)[1], rel=0.01
        )


def test_trials_without_measures_have_nothing_to_draw():
    for status in ("failed", "unsupported"):
        assert curve(make_trial(1, status=status)) is None
        assert timeline(make_trial(1, status=status)) is None


def test_a_trial_as_fast_as_possible_has_a_curve():
    result = make_trial(1)
    result.trial.trigger_s = 0.0
    assert curve(result) is not None


def test_timeline_counts_from_the_start_of_the_load():
    result = make_trial(1, trigger_s=0.5, warmup_s=6.0)
    found = timeline(result)
    assert 0 <= found.start_s[0] <= 1.0
    assert found.warmup_until_s == pytest.approx(6.0, abs=0.01)
    assert found.batch_s[0] == result.batches[0].finished - result.batches[0].started
    assert found.warmup.any()
    assert not found.warmup.all()


def test_unranked_arms_get_words_instead_of_a_latency(run):
    with styled():
        figure = quantiles_figure(run)
    by_title = {ax.get_title(loc="left"): ax for ax in panels(figure)}
    assert list(by_title) == [
        "trigger 500 ms, 1 core",
        "trigger 500 ms, 2 cores",
        "trigger 1 s, 1 core",
        "trigger 1 s, 2 cores",
    ]
    saturated = by_title["trigger 500 ms, 1 core"]
    assert [t.get_text() for t in saturated.texts] == ["dstream: saturated"]
    # Two trials, their median and its marks, for each arm that is ranked.
    assert len(saturated.lines) == 4
    assert len(by_title["trigger 1 s, 2 cores"].lines) == 8


def test_the_timeline_shows_saturation_and_the_trigger(run):
    with styled():
        figure = timeline_figure(run)
    assert len(panels(figure)) == 8
    first = panels(figure)[0]
    assert {t.get_text() for t in first.texts} == {"saturated", "trigger 500 ms"}
    assert first.get_ylim()[1] > 1.0


def test_panels_are_capped_and_the_rest_is_named():
    results = [
        make_trial(n, trigger_s=0.5, cores=n, duration_s=4, warmup_s=1)
        for n in range(1, MAX_PANELS + 3)
    ]
    many = Run(None, make_info(["dstream"]), results)
    with styled():
        for figure, most in (
            (quantiles_figure(many), MAX_PANELS),
            (timeline_figure(many), MAX_CELLS),
        ):
            assert len(panels(figure)) == most
            told = figure.legends[0].get_title().get_text()
            assert f"First {most} of {MAX_PANELS + 2} cells" in told


def test_the_round_shown_is_the_first_with_most_arms():
    early = make_trial(1, "dstream", round_number=1)
    both = [make_trial(n, arm, round_number=2) for n, arm in ((2, "dstream"), (3, "structured"))]
    found = chosen_round({"dstream": [early, both[0]], "structured": [both[1]]})
    assert {arm: result.trial.round for arm, result in found.items()} == {
        "dstream": 2,
        "structured": 2,
    }
    assert chosen_round({"dstream": []}) == {}


@pytest.mark.parametrize("make", [quantiles_figure, timeline_figure])
def test_images_repeat_and_leave_no_trace(run, make):
    before = dict(matplotlib.rcParams)
    first = image_bytes(make, run)
    with matplotlib.rc_context({"font.size": 30, "axes.grid": False, "text.usetex": False}):
        second = image_bytes(make, run)
    assert first == second
    assert dict(matplotlib.rcParams) == before
    assert ET.fromstring(first["svg"]).tag.endswith("svg")
    assert first["png"].startswith(b"\x89PNG")


def test_a_damaged_trial_does_not_cost_the_report():
    bad, good = make_trial(1), make_trial(2, "structured")
    bad.load.schedule.clear()
    run = Run(None, make_info(), [bad, good])
    with styled():
        (ax,) = panels(quantiles_figure(run))
    assert [t.get_text() for t in ax.texts] == ["dstream: no batches to compute it from"]
    image_bytes(timeline_figure, run)


def test_pictures_are_not_blank(run, tmp_path):
    (tmp_path / "plot.png").write_bytes(image_bytes(quantiles_figure, run)["png"])
    pixels = imread(tmp_path / "plot.png")[:, :, :3].reshape(-1, 3)
    for colour in COLOURS[:2]:
        wanted = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        assert (np.abs(pixels - wanted).max(axis=1) < 0.02).sum() > 200


def test_arms_differ_by_more_than_colour():
    assert len(set(COLOURS)) == len(set(MARKERS)) == len({str(d) for d in DASHES}) == 7


def test_dollars_in_names_are_no_mathematics():
    arm = "dstream:conf.x=$a$"
    result = make_trial(1, arm, cell={"conf.y": "$\\frac$"})
    other = make_trial(2, arm, cell={"conf.y": "b"}, status="failed", reasons=["$x"])
    image_bytes(quantiles_figure, Run(None, make_info([arm]), [result, other]))
    image_bytes(timeline_figure, Run(None, make_info([arm]), [result, other]))
