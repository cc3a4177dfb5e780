"""Faults in the report: what was seen, beside what was promised."""

from __future__ import annotations

from io import StringIO

import pytest
from rich.console import Console

from bench.document.parts import Grid, Line
from bench.document.text import NONE
from bench.experiments.faults.document import (
    endings,
    fault_parts,
    fault_sides,
    fault_table,
    promise_table,
    ratio_table,
)
from bench.experiments.faults.plot import course
from bench.report.terminal import print_summary
from tests.report.made_faults import ARMS, FAULTS, GONE, fault_run
from tests.report.made_pages import big_run


@pytest.fixture(scope="module")
def run():
    return fault_run()


def column(grid: Grid, name: str) -> list[str]:
    return [row[grid.heading.index(name)] for row in grid.rows]


def test_a_run_without_faults_has_no_table():
    assert fault_parts(big_run()) == []


def test_each_arm_and_fault_has_a_row_with_what_was_seen(run):
    grid = fault_table(run, fault_sides(run))
    assert len(grid.rows) == len(ARMS) * len(FAULTS)
    assert column(grid, "came back") == ["yes", "yes", "no"] * 2
    outages = column(grid, "outage")
    assert outages[2] == outages[5] == column(grid, "backlog gone")[2] == NONE
    assert outages[0] != outages[1]
    assert set(column(grid, "lost")) == {"0"}
    assert column(grid, "left")[0] == "0"
    assert column(grid, "left")[2] != "0"


def test_arms_that_came_back_are_judged_and_the_other_says_why(run):
    grid = ratio_table(run, fault_sides(run))
    found = {
        (arm, metric): (ratio, word)
        for arm, metric, ratio, word in zip(
            *(column(grid, name) for name in ("arm", "metric", "ratio", "word")), strict=True
        )
    }
    assert found[(ARMS[1], "outage")][1].startswith("faster")
    assert found[(ARMS[2], "outage")][1].startswith("unranked")
    said = [part.text for part in fault_parts(run) if isinstance(part, Line)]
    assert any(GONE in line and "did not come back" in line for line in said)


def test_promises_stand_beside_it_with_their_sources(run):
    grid = promise_table(run, fault_sides(run))
    assert len(grid.rows) == len(ARMS) * len(FAULTS)
    assert all(column(grid, "source"))
    by_arm = {row[:2]: row[-1] for row in grid.rows}
    assert by_arm[("disconnect", "structured")].startswith("nothing")
    assert "connects again" in by_arm[("disconnect", "structured:source=spooled")]


def test_terminal_and_markdown_tell_of_it(run):
    out = StringIO()
    print_summary(run, Console(file=out, width=120))
    for words in (out.getvalue(), run.markdown()):
        assert "What the faults did" in words
        assert "What was promised" in words
        assert GONE in words


def test_the_course_of_a_trial_is_as_late_as_the_outage_was_long(run):
    found = course(run.results[0])
    assert found is not None
    after = found.age_s[found.at_s > 0]
    assert after.max() == pytest.approx(4.2, abs=1.3)
    assert found.age_s[found.at_s < 0].max() < 3


def test_who_had_to_be_started_again_is_told():
    run = fault_run(1)
    for result in run.results:
        assert result.fault is not None
        result.fault.ends = ["it is poisoned"] if result.fault.came_back else ["first", "second"]
    told = endings(run, fault_sides(run))
    assert any(words.endswith("ended and was started again: it is poisoned") for words in told)
    again = [words for words in told if "ended, was started again, and ended again: " in words]
    assert len(again) == len(FAULTS)
