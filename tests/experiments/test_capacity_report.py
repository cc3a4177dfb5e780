"""A capacity run in tables, words, plots and frames."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console

from bench.errors import UsageError
from bench.experiments.capacity.findings import capacity_report
from bench.experiments.capacity.frame import CAPACITY_COLUMNS, CURVE_COLUMNS
from bench.experiments.capacity.plot import MAX_PANELS, capacity_figure, short_rate
from bench.experiments.capacity.rates import capacity_plan
from bench.experiments.capacity.search import Capacity
from bench.experiments.capacity.text import answer, reasons, table
from bench.experiments.registry import experiment_of
from bench.experiments.runs import trials_grid
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.plan.capacity import CapacitySearch
from bench.plots.style import styled
from bench.report.bundle import render_report
from bench.report.export import to_json
from bench.report.terminal import print_summary
from bench.run import Run
from tests.experiments.capacity_world import drive, make_result
from tests.report.synthetic import make_info, make_results

ARMS = ("dstream", "structured", "structured:path=python", "null")
LIMITS = {
    "dstream": 210_000,
    "structured": 17_000,
    "structured:path=python": 0,
    "structured:path=jvm": 1,
}


def world(spec):
    """A cliff, a slow knee, an arm that is unsupported and one without a limit."""
    limit = LIMITS.get(spec.arm.text, 1e9) * spec.trigger_s
    if spec.arm.text == "structured:path=python":
        return make_result(spec, "unsupported")
    share = spec.rate_per_s / limit
    word = "slow" if spec.arm.text == "dstream" else "saturated"
    p99 = (1.05 + 0.9 * min(share, 1)) * spec.trigger_s
    if share <= 1:
        return make_result(spec, p99_s=p99, busy=0.1 + 0.8 * share)
    return make_result(spec, word, busy=1.5)


def make_run(*, triggers="1s", arms=ARMS, ended=True, upto=None, budget_s=1e9):
    built = build_plan(
        arms,
        around=Surroundings(2),
        axes={"trigger": [triggers], "cores": ["2"], "rate": ["5000"]},
        rounds="1",
    )
    search = CapacitySearch(high_per_s=1e6, budget_s=budget_s)
    plan = capacity_plan(built, search)
    _specs, results = drive(Capacity(plan), world)
    info = make_info(
        arms,
        plan=plan.to_dict(),
        plan_hash=plan.plan_hash,
        planned_trials=len(results),
        finished_at=1.75e9 if ended and upto is None else None,
        command="sparkbench capacity",
    )
    return Run(None, info, results[:upto])


@pytest.fixture(scope="module")
def run():
    return make_run()


def report_of(run):
    found = capacity_report(run)
    assert found is not None
    return found


def shown(run, width=110):
    out = io.StringIO()
    print_summary(run, Console(file=out, width=width, legacy_windows=False))
    return out.getvalue()


def test_each_arm_has_its_bracket_and_its_reason(run):
    found = {one.arm: one for one in report_of(run).found}
    assert list(found) == list(ARMS)
    for arm, limit in LIMITS.items():
        if limit > 1:
            one = found[arm]
            assert one.held_per_s <= limit < one.missed_per_s
            assert one.missed_per_s / one.held_per_s < 1.17
            assert one.per_core_per_s == one.held_per_s / 2
            assert one.at_held.fresh
            assert not one.at_least
            # The curve ends at the knee, with the rate that did not hold.
            assert one.points[-1].rate_per_s == one.missed_per_s
            assert [p.outcome for p in one.points[:-1]] == ["holds"] * (len(one.points) - 1)
    assert found["dstream"].stopped_by == "p99 bound"
    assert found["structured"].stopped_by == "backlog grows"
    assert found["structured:path=python"].stopped_by == "unsupported"
    assert (found["null"].stopped_by, found["null"].at_least) == ("ceiling", True)


def test_the_terminal_shows_rates_reasons_and_the_curve(run):
    out = shown(run)
    assert "How many records per second can dstream, structured," in out
    assert ">= 1,000,000" in out
    assert "p99 at most 3 s" in out
    assert "Latency by rate, up to the knee:" in out
    for words in ("p99 bound", "backlog grows", "unsupported", "ceiling"):
        assert words in out
    report = report_of(run)
    assert any("p99 is 99 s, allowed at most 3 s" in line for line in reasons(report))
    assert "times structured" in out


@pytest.mark.parametrize("width", [60, 80, 200])
def test_nothing_is_cut_at_any_width(run, width):
    out = shown(run, width)
    flat = " ".join(out.split())
    for row in table(report_of(run), wide=width > 120).rows:
        for cell in row:
            assert cell in flat
    assert all(len(line) <= width for line in out.splitlines())


def test_an_unfinished_run_says_what_it_knows():
    part = make_run(upto=9)
    first, second, *_ = report_of(part).found
    assert second.stopped_by == "not run" or first.stopped_by == "not finished"
    assert "Not finished" in shown(part)
    nothing = make_run(upto=0)
    assert report_of(nothing).found[0].stopped_by == "not run"
    assert answer(report_of(nothing))


def test_a_search_that_ran_out_of_time_says_so():
    found = report_of(make_run(arms=("dstream",), budget_s=130)).found[0]
    assert found.end == "budget"
    assert "budget" in found.stopped_by


def test_cells_are_told_apart(run):
    two = make_run(triggers="1s,5s", arms=("dstream", "structured"))
    report = report_of(two)
    assert len(report.cells) == 2
    assert table(report).heading[0] == "trigger"
    out = shown(two)
    assert "At trigger 1 s: dstream" in out
    assert "p99 at most 3 s to 15 s, by the trigger" in out


def test_frames_have_their_columns_and_the_same_figures(run):
    frame = run.capacity()
    assert list(frame.columns) == ["trigger_s", "cores", *CAPACITY_COLUMNS]
    assert list(frame.arm) == list(ARMS)
    row = frame[frame.arm == "structured"].iloc[0]
    assert row.held_per_s == row.per_core_per_s * 2
    assert row.missed_per_s > row.held_per_s
    curve = run.capacity(curve=True)
    assert list(curve.columns) == ["trigger_s", "cores", *CURVE_COLUMNS]
    assert curve[curve.arm == "structured"].rate_per_s.max() == row.missed_per_s


def test_only_a_capacity_run_has_a_capacity():
    plain = Run(None, make_info(), make_results(rounds=1))
    assert capacity_report(plain) is None
    with pytest.raises(UsageError, match="not a search for capacity"):
        plain.capacity()


def test_no_arm_is_compared_with_another(run):
    assert run.summaries
    assert all(summary.comparisons == () for summary in run.summaries)


def test_the_json_holds_what_was_found(run):
    data = json.loads(to_json(run))
    found = {one["arm"]: one for one in data["capacity"]["found"]}
    assert found["structured"]["held_per_s"] < found["structured"]["missed_per_s"]
    assert found["null"]["at_least"] is True
    assert found["structured"]["points"][0]["purpose"] in ("ramp", "fresh")
    assert len(data["trials"]) == len(run.results)


def test_the_report_has_tables_and_the_plot(run):
    files = render_report(run)
    tables = {"report.md", "capacity.csv", "curve.csv"}
    assert set(files) == {"index.html", *tables, "capacity.png", "capacity.svg"}
    text = files["report.md"].decode()
    assert "![Latency against rate, to the knee](capacity.png)" in text
    assert "| arm | holds | not at |" in text
    assert "## Latency by rate" in text
    assert text == run.markdown().replace(
        "## Why no more", "![Latency against rate, to the knee](capacity.png)\n\n## Why no more"
    )
    svg = files["capacity.svg"].decode()
    ET.fromstring(svg)
    assert files == render_report(run)


def test_without_a_trial_there_is_no_plot():
    nothing = make_run(upto=0)
    files = render_report(nothing)
    assert set(files) == {"index.html", "report.md", "capacity.csv", "curve.csv"}


def test_the_plot_has_a_panel_a_cell_and_says_what_it_leaves_out():
    triggers = ",".join(f"{n}s" for n in range(1, MAX_PANELS + 3))
    many = make_run(triggers=triggers, arms=("structured",))
    with styled():
        figure = capacity_figure(many)
    assert len([ax for ax in figure.axes if ax.get_visible()]) == MAX_PANELS
    assert (
        f"First {MAX_PANELS} of {MAX_PANELS + 2} cells" in figure.legends[0].get_title().get_text()
    )


def test_the_plot_names_arms_that_held_nothing(run):
    with styled():
        (ax,) = capacity_figure(run).axes
    said = " ".join(text.get_text() for text in ax.texts)
    assert "structured:path=python: unsupported" in said
    assert ">= 1,000,000/s" in said


def test_a_rate_that_did_not_hold_is_a_cross_whether_or_not_one_held():
    nothing = make_run(arms=("structured:path=jvm",), upto=None)
    with styled():
        (ax,) = capacity_figure(nothing).axes
    crosses = [line for line in ax.lines if line.get_marker() == "x"]
    assert len(crosses) == len(report_of(nothing).found[0].points)


@pytest.mark.parametrize(("value", "words"), [(500, "500"), (20_000, "20k"), (1e6, "1M")])
def test_rates_on_the_axis_are_short(value, words):
    assert short_rate(value) == words


def test_lists_of_runs_and_trials_know_it(run):
    held, cliff, unsupported, ceiling = experiment_of(run).few_words().split(", ")
    assert held.endswith("/s")
    assert cliff.endswith("/s")
    assert (unsupported, ceiling) == ("unsupported", ">= 1,000,000/s")
    grid = trials_grid(run)
    assert {row[1] for row in grid.rows} == {"ramp", "fresh"}
