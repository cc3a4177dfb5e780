"""Badges, intervals and answers: what a page says at a glance."""

from __future__ import annotations

import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.document.parts import Grid, Line
from bench.experiments.compare.answer import run_answer
from bench.report.html.badges import badges
from bench.report.html.blocks import blocks, table
from bench.report.html.intervals import HEIGHT, WIDTH, picture, scale_of
from bench.report.html.page import _environment
from bench.results.schema import Check
from bench.run import Run
from bench.stats.verdict import Verdict
from bench.summary.summary import Comparison
from tests.report.synthetic import make_info, make_trial

RATIOS = st.floats(0.001, 1000)


def comparison(ratio, low=None, high=None, *, estimate=False):
    verdict = Verdict("faster", "e2e_p99", "lower", 0.95, 1.05, 5, ratio, low, high)
    return Comparison("a", "b", "e2e_p99", (), ratio, estimate, verdict, None)


@given(RATIOS, RATIOS, RATIOS)
def test_a_picture_keeps_its_order_and_its_frame(one, other, third):
    low, ratio, high = sorted((one, other, third))
    made = comparison(ratio, low, high)
    scale = scale_of([made])
    drawn = picture(made, scale)
    assert 0 <= drawn.low <= drawn.ratio <= drawn.high <= WIDTH
    assert drawn.one == WIDTH / 2
    assert (drawn.ratio < drawn.one) <= (ratio < 1)
    assert drawn.noise[0] < drawn.one < drawn.noise[1]
    assert bool(drawn.beyond) == (low < 1 / scale.reach or high > scale.reach)
    assert HEIGHT > 0


def test_without_a_ratio_there_is_no_picture_and_an_estimate_has_no_interval():
    scale = scale_of([])
    assert scale.reach == 2
    assert picture(Comparison("a", "b", "e2e_p99", (), None, False, None, "why"), scale) is None
    drawn = picture(comparison(0.5, 0.4, 0.6, estimate=True), scale)
    assert drawn.low is drawn.high is None


def trials(rounds, *, slow=1.3, **options):
    numbers = iter(range(1, 1000))
    return [
        make_trial(next(numbers), arm, round_number=n, slowdown=slow if arm == "dstream" else 1)
        for n in range(1, rounds + 1)
        for arm in ("dstream", "structured")
    ]


def told(run):
    return {badge.label: badge.kind for badge in badges(run)}


def test_a_good_run_has_good_badges():
    found = told(Run(None, make_info(git={"commit": "1"}), trials(5)))
    assert found["10 trials valid"] == "good"
    assert found["5 rounds, random order"] == "good"
    assert found["no record lost"] == "good"
    assert set(found.values()) <= {"good", "warn"}


def test_what_speaks_against_a_run_comes_first():
    results = trials(5)
    results[0].status = "invalid"
    results[1].conservation.missing = 3
    results[2].checks = [
        Check(name="starved_lag", value=1, threshold=0.01, passed=False, message="late")
    ]
    run = Run(None, make_info(finished_at=None, estimate=True), results, ["torn"])
    found = badges(run)
    kinds = [badge.kind for badge in found]
    assert kinds == sorted(kinds, key=("bad", "warn", "good", "info").index)
    labels = {badge.label: badge.kind for badge in found}
    assert labels["1 invalid, 9 ok"] == "bad"
    assert labels["records lost or repeated"] == "bad"
    assert labels["files damaged"] == "bad"
    assert labels["not finished"] == labels["load not as offered"] == "warn"
    assert labels["local changes"] == "info"


def test_a_check_that_measured_nothing_is_not_counted_as_passed():
    results = trials(5)
    told_nothing: dict[str, Any] = {
        "value": None,
        "threshold": 0.01,
        "passed": True,
        "message": "x: not measured",
    }
    results[0].checks = [Check(name=name, **told_nothing) for name in ("throttled", "steal")]
    found = {badge.label: badge for badge in badges(Run(None, make_info(), results))}
    valid = found["10 trials valid"].detail
    assert "Not measured:" in valid
    assert "throttled in 1 trial" in valid
    for result in results:
        result.checks = [Check(name="starved_lag", **told_nothing)]
    kinds = {badge.label: badge.kind for badge in badges(Run(None, make_info(), results))}
    assert kinds["load not measured"] == "warn"
    assert "load sent as planned" not in kinds


@pytest.mark.parametrize(
    ("value", "passed", "message", "answer"),
    [
        (1.0, True, "x: 1, allowed at most 2", "passed"),
        (3.0, False, "x: 3, allowed at most 2; wait", "not passed"),
        (None, True, "x: not measured", "not measured"),
        (None, False, "x: none of 17 batches was seen; look", "not passed"),
        (None, True, "x: the backlog is gone", "passed"),
    ],
)
def test_the_three_answers_of_a_check(value, passed, message, answer):
    check = Check(name="x", value=value, threshold=2, passed=passed, message=message)
    assert check.answer == answer


def test_findings_are_no_faults():
    results = trials(5)
    results[0].status = "saturated"
    assert told(Run(None, make_info(), results))["1 saturated, 9 ok"] == "warn"


def test_few_rounds_are_said():
    found = told(Run(None, make_info(), trials(2)))
    assert found["2 rounds of both arms"] == "warn"


def test_one_cell_is_answered_in_a_sentence_with_its_interval():
    (answer,) = run_answer(Run(None, make_info(), trials(6)))
    assert "times as late at p99 as structured at trigger 1 s, 2 cores, 1,000 records/s" in answer
    assert "between 1." in answer


def test_a_run_without_results_says_so():
    assert run_answer(Run(None, make_info(), [])) == ["No trial has ended yet."]


def test_an_aa_run_answers_with_its_threshold(tmp_path):
    from tests.cli.results.made_runs import make_plan, make_run

    plan = make_plan("structured", rounds="6", inject_s=0.0)
    run = Run.from_store(make_run(tmp_path / "aa", plan, salt="aa"))
    verdict, threshold = run.experiment.answers()
    assert "structured#2" in verdict
    assert threshold.startswith("Noise threshold: 1.")


def test_cells_without_an_answer_come_last_and_leave_the_rounds_alone():
    results = trials(6)
    for number in (100, 101):
        results.append(
            make_trial(
                number,
                ("dstream", "structured")[number % 2],
                trigger_s=0.5,
                status="unsupported" if number % 2 else "ok",
                reasons=["no"],
            )
        )
    run = Run(None, make_info(), results)
    (answer,) = run_answer(run)
    assert re.match(r"structured against dstream: \w+ in 1, no ratio in 1 of 2 cells", answer)
    assert told(run)["6 rounds, random order"] == "good"


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("run `a < b` now", "run <code>a &lt; b</code> now"),
        ("a ` alone <", "a ` alone &lt;"),
        ("`<script>`", "<code>&lt;script&gt;</code>"),
    ],
)
def test_code_stands_in_backticks(words, html):
    template = _environment().from_string("{{ words | code }}")
    assert template.render(words=words) == html


def test_a_bold_line_above_a_table_is_its_caption():
    grid = Grid(("a", "b"), (("1", "2"), ("3", "4")), frozenset({"a"}), ("", "yellow"))
    found = blocks([Line("Numbers", "bold"), grid, Line("! careful", "yellow"), Line("")])
    assert [block.kind for block in found] == ["table", "line"]
    assert found[0].caption == "Numbers"
    assert found[0].rows[1] == ((("3", True), ("4", False)), "warn")
    assert found[1].look == "warn"


@pytest.mark.parametrize(("rows", "left"), [(3, 0), (7, 2)])
def test_long_tables_say_what_is_left_out(rows, left):
    grid = Grid(("n",), tuple((str(n),) for n in range(rows)))
    found = table(grid, most=5)
    assert len(found[0].rows) == rows - left
    assert (len(found) > 1) == bool(left)
    assert table(Grid(("n",), ())) == []


def test_a_ratio_of_one_is_in_the_middle():
    drawn = picture(comparison(1.0, 0.9, 1.1), scale_of([]))
    assert drawn.ratio == WIDTH / 2
    assert math.isclose(WIDTH / 2 - drawn.low, drawn.high - WIDTH / 2, rel_tol=0.2)
