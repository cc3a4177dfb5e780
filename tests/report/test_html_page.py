"""The page as text: complete, escaped, with nothing from outside, whatever the run is."""

from __future__ import annotations

import itertools
import json
import re
from datetime import UTC, datetime

import pytest

from bench.report.bundle import render_html
from bench.report.html import trials
from bench.report.html.page import make_page
from bench.report.html.svg import VARIABLES, inline_svg
from bench.report.plots import draw, plots_of
from bench.results.frames import TRIAL_COLUMNS
from bench.run import Run
from tests.experiments.test_capacity_report import make_run as make_capacity
from tests.experiments.tuned_systems import System, make_tune
from tests.experiments.tuned_systems import run as search
from tests.report.html_tree import read
from tests.report.made_pages import EVIL, evil_run, rates_run
from tests.report.synthetic import make_info, make_trial


def of(tree, tag, **attributes):
    wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return [
        element
        for element in tree
        if element.tag == tag
        and all(value in element.attributes.get(name, "").split() for name, value in wanted.items())
    ]


def test_it_is_a_page_in_english_with_a_title(page, tree):
    assert page.startswith("<!doctype html>")
    (root,) = of(tree, "html")
    assert root.attributes["lang"] == "en"
    (title,) = [e for e in of(tree, "title") if e.path[-1] == "head"]
    assert "Which is faster here" in title.text


def test_the_first_screen_answers(shown_run, tree):
    (question,) = of(tree, "h1")
    assert question.text == "Which is faster here: structured or dstream (the baseline)?"
    (lead,) = of(tree, "p", class_="lead")
    assert re.search(r"structured against dstream: .* of 4 cells", lead.text)
    assert re.search(r"0\.\d\dx \(0\.\d\d-0\.\d\d\) at trigger", lead.text)
    first = next(e for e in of(tree, "section") if e.attributes["id"] == "answer").text
    for words in (
        "path python",
        "path jvm",
        "guarantee none",
        "Example CPU @ 2.50GHz",
        "Spark 4.3.0",
        "Java 17.0.12",
        "1234567 with local changes",
        datetime.fromtimestamp(shown_run.info.started_at, UTC).strftime("%Y-%m-%d"),
        shown_run.info.command,
        "no record lost",
    ):
        assert words in first


def test_headings_go_down_one_level_at_a_time(tree):
    levels = [int(e.tag[1]) for e in tree if re.fullmatch(r"h[1-6]", e.tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in itertools.pairwise(levels))


def test_ids_are_unique_and_every_reference_has_its_target(tree):
    ids = [e.attributes["id"] for e in tree if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    known = set(ids)
    for element in tree:
        target = element.attributes.get("href", "#answer")
        assert target.startswith("#"), target
        assert target[1:] in known
        for name in ("aria-labelledby", "aria-describedby"):
            assert set(element.attributes.get(name, "").split()) <= known
        for reference in re.findall(r"url\(#([^)]*)\)", " ".join(element.attributes.values())):
            assert reference in known


def test_nothing_is_asked_of_the_network(page, tree):
    assert not [e for e in tree if e.tag in ("link", "img", "iframe", "object", "base", "form")]
    assert not [e for e in tree if "src" in e.attributes or "srcset" in e.attributes]
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    addresses = set(re.findall(r"https?://[^\s\"'<>]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}


def test_every_plot_has_a_name_words_and_numbers(shown_run, tree):
    stems = [plot.stem for plot in plots_of(shown_run)]
    assert stems == [
        *("quantiles", "distribution", "heatmap", "phases", "timeline"),
        *("backlog", "rounds", "order"),
    ]
    by_id = {e.attributes["id"]: e for e in tree if "id" in e.attributes}
    for stem in stems:
        assert by_id[f"svg-{stem}-title"].text
        assert len(by_id[f"svg-{stem}-words"].text) > 40
        figure = by_id[f"plot-{stem}"]
        assert figure.tag == "figure"
        assert "numbers" in figure.text
    pictures = of(tree, "svg", role="img")
    assert len(pictures) == len(stems)
    tables = [e for e in tree if e.tag == "table" and "figure" in e.path]
    assert len(tables) == len(stems)
    assert all(e.path[-2:] == ("details", "div") for e in tables)


def test_from_a_cell_to_its_trials_and_from_a_trial_to_its_batches(shown_run, tree):
    links = {e.attributes["href"] for e in tree if e.tag == "a"}
    assert {f"#cell-{n}" for n in (1, 2, 3, 4)} <= links
    details = {e.attributes.get("id"): e for e in tree if e.tag == "details"}
    for result in shown_run.results:
        shown = details[f"trial-{result.trial.number}"]
        assert result.trial.arm in shown.text
        if result.batches:
            measured = [batch for batch in result.batches if not batch.warmup]
            assert f"Batches: {len(measured)} measured" in shown.text
            assert f"{sum(n for _s, _f, n in measured[0].ranges):,}" in shown.text
        for reason in result.reasons:
            assert reason in shown.text


def test_the_intervals_are_drawn_where_there_are_any(shown_run, tree):
    drawn = of(tree, "svg", class_="interval")
    comparisons = [c for s in shown_run.summaries for c in s.comparisons]
    assert len(drawn) == sum(c.ratio is not None for c in comparisons) == 2
    for element in drawn:
        assert element.attributes["aria-hidden"] == "true"


def test_the_data_are_embedded(shown_run, tree):
    (script,) = of(tree, "script", type="application/json")
    data = json.loads("".join(script.parts))
    assert data["run"] == shown_run.info.model_dump(mode="json")
    assert len(data["cells"]) == 4
    assert data["trials"]["columns"][: len(TRIAL_COLUMNS)] == list(TRIAL_COLUMNS)
    numbers = [row[0] for row in data["trials"]["rows"]]
    assert numbers == [result.trial.number for result in shown_run.results]
    p99 = data["trials"]["columns"].index("p99_s")
    stored = [r.latency_s.gross.p99 if r.latency_s else None for r in shown_run.results]
    assert [row[p99] for row in data["trials"]["rows"]] == [
        None if value is None else pytest.approx(value, rel=1e-5) for value in stored
    ]
    assert len(data["batches"]["rows"]) == sum(len(r.batches) for r in shown_run.results)


def test_the_same_run_gives_the_same_page(shown_run, page):
    assert render_html(shown_run) == page


def test_dark_mode_and_print_have_their_styles(page):
    assert "prefers-color-scheme: dark" in page
    assert "@media print" in page
    for variable in VARIABLES.values():
        assert page.count(f"{variable}:") >= 3


def test_hostile_strings_stay_strings():
    run = evil_run()
    page = render_html(run)
    assert not [p.problem for p in draw(run, with_files=False) if p.problem]
    tree = read(page)
    kinds = [(e.attributes.get("type"), e.path) for e in tree if e.tag == "script"]
    assert kinds == [("application/json", ("html", "body")), (None, ("html", "body"))]
    assert not [e for e in tree if e.tag == "img" or "onerror" in e.attributes]
    assert "49" not in next(e for e in tree if e.tag == "h1").text
    assert EVIL in next(e for e in tree if e.tag == "h1").text
    (script,) = of(tree, "script", type="application/json")
    assert json.loads("".join(script.parts))["run"]["command"] == EVIL
    # A comment would be opened by it in HTML, and in a script it would hide its end.
    assert "<!--" not in page.replace("<!doctype", "")


@pytest.mark.parametrize("trials_ended", [0, 1, 2])
def test_a_run_cut_short_has_a_page(trials_ended):
    results = [make_trial(1, "dstream"), make_trial(2, "structured")][:trials_ended]
    page = render_html(Run(None, make_info(finished_at=None), results))
    words = "No trial has ended yet." if not trials_ended else "not finished"
    assert words in page
    read(page)


def test_failed_trials_alone_have_a_page():
    results = [
        make_trial(n, arm, status="failed", reasons=["no Java"])
        for n, arm in ((1, "dstream"), (2, "structured"))
    ]
    run = Run(None, make_info(), results)
    assert plots_of(run) == []
    page = render_html(run)
    assert "no Java" in page
    assert "Plots" not in [e.text for e in read(page) if e.tag == "h2"]


def test_a_run_of_one_arm_has_no_ratio():
    run = Run(None, make_info(["dstream"]), [make_trial(n, round_number=n) for n in (1, 2, 3)])
    tree = read(render_html(run))
    heads = [e.text for e in tree if e.tag == "th"]
    assert "ratio" not in heads
    assert "rounds" not in [plot.stem for plot in plots_of(run)]
    (lead,) = of(tree, "p", class_="lead")
    assert re.fullmatch(r"dstream: p99 \d.*", lead.text)


def test_a_run_over_rates_shows_the_knee():
    run = rates_run()
    assert "rates" in [plot.stem for plot in plots_of(run)]
    tree = read(render_html(run))
    words = next(e.text for e in tree if e.attributes.get("id") == "svg-rates-words")
    assert "structured 9,000/s" in words
    assert "dstream 3,000/s" in words


def test_a_search_for_capacity_has_its_own_page():
    run = make_capacity()
    tree = read(render_html(run))
    (question,) = of(tree, "h1")
    assert question.text.startswith("How many records per second can dstream")
    assert [plot.stem for plot in plots_of(run)] == ["capacity"]
    sections = [e.attributes.get("id") for e in tree if e.tag == "section"]
    assert "capacity" in sections
    assert "cells" not in sections
    assert "trials" in sections


def test_a_search_for_settings_has_its_own_page():
    tune = make_tune()
    info = make_info([tune.plan.arms[0].text], plan=tune.plan.to_dict())
    run = Run(None, info, search(tune, System({("a", "1"): 0.5})))
    assert [plot.stem for plot in plots_of(run)] == ["tune-front"]
    tree = read(render_html(run))
    (question,) = of(tree, "h1")
    assert question.text.startswith("Which settings are better for")
    (lead,) = of(tree, "p", class_="lead")
    assert lead.text.startswith("Confirmed: try")
    sections = [e.attributes.get("id") for e in tree if e.tag == "section"]
    assert "settings" in sections
    assert "cells" not in sections


@pytest.fixture(scope="module")
def long_run():
    """Twenty trials: one far slower than the others of its arm, one saturated."""
    results = [
        make_trial(
            2 * n + side,
            arm,
            round_number=n,
            duration_s=4,
            slowdown=3.0 if (n, arm) == (7, "dstream") else 1.0,
            status="saturated" if (n, arm) == (9, "structured") else "ok",
        )
        for n in range(1, 11)
        for side, arm in enumerate(("dstream", "structured"), 1)
    ]
    return Run(None, make_info(), results)


class TestTelling:
    """Which trials have their batches in the page of a run too large for all."""

    def test_all_where_there_is_room(self, long_run):
        assert trials.telling(long_run) == {r.trial.number for r in long_run.results}
        assert "sparkbench show" not in trials.said(long_run, trials.telling(long_run))

    def test_the_worst_and_the_middle_come_first(self, long_run):
        batches = sum(not b.warmup for b in long_run.results[0].batches)
        shown = trials.telling(long_run, most=6 * batches)
        assert 2 * 7 + 1 in shown
        assert len(shown) < len(long_run.results)
        of_arm = {r.trial.arm for r in long_run.results if r.trial.number in shown}
        assert of_arm == {"dstream", "structured"}

    def test_the_budget_is_kept_and_said(self, long_run, monkeypatch):
        monkeypatch.setattr(trials.telling, "__defaults__", (30,))
        page = make_page(long_run, [])
        rows = [
            block
            for group in page.groups
            for trial in group.trials
            for block in trial.blocks
            if block.caption.startswith("Batches")
        ]
        assert 0 < sum(len(block.rows) for block in rows) <= 30
        assert f"The batches of {len(rows)} of 20 trials" in page.trials_said
        listed = {row[0] for row in json.loads(page.data)["batches"]["rows"]}
        assert len(listed) == len(rows)


class TestSvg:
    SOURCE = (
        '<?xml version="1.0"?><!DOCTYPE svg><svg xmlns:xlink="x" width="72pt" height="36pt" '
        'viewBox="0 0 72 36"><metadata>m</metadata><defs><clipPath id="c1"><rect x="0"/></clipPath>'
        '</defs>\n<g id="unused"><path d="M 1.23456 2" clip-path="url(#c1)" '
        'style="fill: #0072b2; stroke: #123456"/></g><!-- gone -->'
        "<text style=\"font: 9px 'DejaVu Sans'\">0.123456 #0072b2 &lt;b&gt;</text></svg>"
    )

    def test_it_is_named_described_and_its_own(self):
        svg = inline_svg(self.SOURCE, "one", "A <plot>", 'all "of" it')
        tree = read(svg)
        assert tree[0].attributes["role"] == "img"
        assert tree[0].attributes["aria-labelledby"] == "one-title one-words"
        assert tree[1].text == "A <plot>"
        assert tree[2].text == 'all "of" it'
        assert {e.attributes["id"] for e in tree if "id" in e.attributes} == {
            *("one-title", "one-words", "one-c1")
        }
        assert "url(#one-c1)" in svg

    def test_colours_become_variables_and_words_stay(self):
        svg = inline_svg(self.SOURCE, "one", "t", "w")
        assert "fill: var(--plot-0, #0072b2)" in svg
        assert "stroke: #123456" in svg
        assert "0.123456 #0072b2 &lt;b&gt;" in svg
        assert 'd="M 1.23 2"' in svg
        assert "gone" not in svg
        assert "metadata" not in svg
