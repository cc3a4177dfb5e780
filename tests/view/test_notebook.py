"""A run in a notebook: its summary, its plots on anybody's axes, and nothing global touched."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.errors import UsageError
from bench.results.store import RunStore
from bench.run import Run
from bench.view.on_axes import DRAWINGS
from tests.report.synthetic import make_info, make_results, make_trial

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def run():
    return Run(None, make_info(), make_results(rounds=3))


@pytest.fixture(scope="module")
def single():
    """One cell."""
    results = make_results(triggers=[1.0], cores=[2], rounds=3)
    return Run(None, make_info(), results)


class Reader(HTMLParser):
    """Checks that tags are closed in order, and keeps the text."""

    def __init__(self):
        super().__init__()
        self.open, self.text, self.tags = [], [], []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def read(html):
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


def test_the_summary_has_the_table_and_what_to_mind(run):
    reader = read(run._repr_html_())
    said = " ".join(reader.text)
    assert "Which is faster here" in said
    assert reader.tags.count("tr") == 1 + 8
    assert "saturated" in said
    assert "the backlog grew" in said
    assert "script" not in reader.tags
    assert "style" not in reader.tags


def test_what_users_wrote_is_text():
    bad = "dstream:conf.spark.x=<script>alert(1)</script>"
    results = [make_trial(1, bad, duration_s=2), make_trial(2, "structured", duration_s=2)]
    html = Run(None, make_info(arms=(bad, "structured")), results)._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    read(html)


def test_a_run_without_a_trial_has_a_summary_too():
    said = " ".join(read(Run(None, make_info(), [])._repr_html_()).text)
    assert "No trial has ended yet" in said


def test_every_plot_of_the_run_is_there(run):
    assert {"quantiles", "distribution", "timeline", "phases", "heatmap"} <= set(run.plot.names)
    assert set(run.plot.names) <= set(dir(run.plot))
    assert "quantiles" in repr(run.plot)
    assert "p99" in run.plot.quantiles.__doc__
    with pytest.raises(AttributeError, match="did you mean 'quantiles'"):
        run.plot.quantile  # noqa: B018


@pytest.mark.parametrize("name", sorted(DRAWINGS))
def test_each_can_be_drawn_on_given_axes_and_on_its_own(run, name):
    if name not in run.plot.names:
        pytest.skip("made-up runs have no data for it")
    where = {"trigger": "500ms", "cores": 2} if DRAWINGS[name].one_cell else {}
    figure = Figure()
    ax = figure.subplots()
    ax.set_title("mine")
    assert getattr(run.plot, name)(ax=ax, **where) is ax
    assert ax.has_data() or ax.texts
    assert ax.get_title() == "mine"
    assert figure.axes[0] is ax
    alone = getattr(run.plot, name)(**where)
    assert isinstance(alone, Axes)
    assert alone.figure._repr_png_().startswith(b"\x89PNG")


def test_rates_can_be_drawn():
    results = [
        make_trial(n, arm, rate_per_s=rate, duration_s=4)
        for n, (arm, rate) in enumerate(
            [("dstream", 500.0), ("structured", 500.0), ("dstream", 900.0), ("structured", 900.0)]
        )
    ]
    run = Run(None, make_info(), results)
    ax = run.plot.rates()
    assert ax.get_xscale() == "log"


def test_whole_figures_are_those_of_the_report(run):
    figure = run.plot.quantiles.figure()
    assert len([ax for ax in figure.axes if ax.get_visible()]) == 4
    assert figure._repr_png_().startswith(b"\x89PNG")
    table = run.plot.quantiles.table()
    assert len({len(column) for column in table.values()}) == 1


def test_one_cell_needs_no_choice(single):
    labels = [text.get_text() for text in single.plot.quantiles().get_legend().get_texts()]
    assert labels == ["dstream", "structured"]


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({}, "choose one cell by its axes; there are trigger 500 ms, 1 core"),
        ({"trigger": "7s"}, "the run has no such cell; it has"),
        ({"triger": "1s"}, "there is no axis 'triger'"),
        ({"trigger": "soon"}, "trigger: 'soon' is not a duration"),
        ({"arm": "flink"}, "unknown arm 'flink'"),
    ],
)
def test_a_choice_that_is_not_one_is_said_in_a_sentence(run, where, message):
    with pytest.raises(UsageError, match=f"plot quantiles: {message}"):
        run.plot.quantiles(**where)


def test_numbers_and_text_choose_the_same_cell(run):
    one = run.plot.quantiles(trigger=0.5, cores=2).get_title()
    assert one == run.plot.quantiles(trigger="500ms", cores="2").get_title()


def test_the_verdicts_of_a_part_are_those_of_the_whole(run):
    from bench.view.part import part_of

    part = part_of(run, "quantiles", {"trigger": "1s", "cores": 2}, one_cell=True)
    (summary,) = part.summaries
    assert summary in run.summaries


def test_global_styles_are_untouched(run):
    mine: Any = {"font.size": 17.0, "axes.grid": False, "text.parse_math": True}
    with matplotlib.rc_context(mine):
        before = dict(matplotlib.rcParams)
        ax = Figure().subplots()
        run.plot.quantiles(ax=ax, trigger="1s", cores=2)
        run.plot.quantiles(trigger="1s", cores=2)
        run.plot.timeline.figure()._repr_png_()
        assert dict(matplotlib.rcParams) == before
        assert ax.xaxis.label.get_fontsize() == 17.0, "given axes keep their own style"


def test_nothing_imports_pyplot(tmp_path):
    code = (
        "import sys\n"
        "from bench.run import Run\n"
        "from tests.report.synthetic import make_info, make_results\n"
        "run = Run(None, make_info(), make_results(triggers=[1.0], cores=[2], rounds=2))\n"
        "run.plot.quantiles()\n"
        "run._repr_html_()\n"
        "print('matplotlib.pyplot' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout == "False\n", done.stderr


def test_the_worked_example_runs(tmp_path):
    store = RunStore.create(tmp_path / "run", make_info())
    for result in make_results(triggers=[1.0], cores=[2], rounds=3):
        store.write_trial(result)
    done = subprocess.run(
        [sys.executable, ROOT / "docs/examples/notebook.py", store.path, tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        env={"MPLBACKEND": "agg", "PATH": "", "HOME": str(tmp_path)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "## Is dstream good for 1,000" in done.stdout
    for name in ("notebook.png", "quantiles.svg"):
        assert (tmp_path / name).stat().st_size > 1000
