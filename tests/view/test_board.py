"""Results so far: the same table and verdicts as at the end, judged as one who may stop."""

from __future__ import annotations

import random

import pytest

from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.view.board import Board
from tests.report.synthetic import make_trial


def plan_of(**options):
    axes = {"trigger": ["1s"], "cores": ["2"]} | options.pop("axes", {})
    arms = options.pop("arms", ["dstream", "structured"])
    options = {"rounds": "6", **options}
    return build_plan(arms, around=Surroundings(4), axes=axes, **options)


def results(plan, rounds, ratio=0.5):
    """Trials of the first rounds; structured's p99 is ``ratio`` of dstream's, give or take 1%."""
    noise = random.Random(5)
    for spec in plan.trials()[: rounds * plan.trials_per_round]:
        result = make_trial(
            spec.number, spec.arm.text, round_number=spec.round, cell=spec.cell, duration_s=8
        )
        p99 = (ratio if spec.arm.engine == "structured" else 1.0) * noise.lognormvariate(0, 0.01)
        result.latency_s.gross.p99 = p99
        yield result


@pytest.fixture(scope="module")
def board():
    plan = plan_of()
    board = Board(plan)
    board.add(results(plan, 6))
    return board


def test_a_verdict_on_the_way_holds_whenever_one_stops(board):
    (summary,) = board.summaries
    (comparison,) = summary.comparisons
    assert comparison.verdict.word == "faster"
    low, high = comparison.verdict.low, comparison.verdict.high
    from bench.stats.interval import t_interval

    fixed = t_interval(comparison.log_ratios)
    assert low < fixed.low
    assert high > fixed.high
    (line,) = board.standings()
    assert line.startswith("structured / dstream 0.5")
    assert "faster" in line


def test_looks_were_planned_so_a_verdict_on_the_way_is_that_of_the_end():
    plan = plan_of(rounds=None)
    assert plan.settings.firm
    board = Board(plan)
    board.add(results(plan, 2))
    ((comparison,),) = (summary.comparisons for summary in board.summaries)
    assert (comparison.verdict.word, comparison.verdict.looks) == ("faster", 3)
    (line,) = board.standings()
    assert "faster" in line


def test_one_crash_leaves_an_arm_in_the_table_of_a_run_that_replaces_it():
    plan = plan_of(rounds=None)
    told = list(results(plan, 3))
    told[0].status = "failed"
    board = Board(plan)
    board.add(told[:2])
    assert board.standings() == []
    board.add(told[2:])
    ((comparison,),) = (summary.comparisons for summary in board.summaries)
    assert (comparison.verdict.word, comparison.verdict.n) == ("faster", 2)


def test_early_rounds_give_an_estimate():
    plan = plan_of()
    board = Board(plan)
    assert board.summaries == ()
    assert board.standings() == []
    board.add(results(plan, 1))
    (line,) = board.standings()
    assert line.startswith("structured / dstream ~0.5")
    assert "faster" not in line


def test_the_last_attempt_of_a_trial_counts():
    plan = plan_of()
    board = Board(plan)
    first, second = list(results(plan, 1))
    bad = first.model_copy(update={"status": "failed"})
    board.add([bad, second])
    assert board.standings() == []
    board.add([first])
    assert len(board.standings()) == 1


def test_the_latest_cells_come_first_when_there_is_no_room_for_all():
    plan = plan_of(axes={"trigger": ["500ms", "1s", "2s"]})
    board = Board(plan)
    told = list(results(plan, 1))
    board.add(told)
    assert len(board.summaries) == 3
    latest = board.latest(1)
    assert [summary.cell for summary in latest] == [told[-1].trial.cell]
    assert board.latest(3) == board.summaries
    assert board.latest(0) == ()
    version = board.version
    board.add(told[:1])
    assert board.version > version
    assert told[0].trial.cell in [summary.cell for summary in board.latest(1)]


def test_what_cannot_be_computed_ends_nothing(monkeypatch):
    """The view is told of results while hours of measuring go on."""
    plan = plan_of()
    board = Board(plan)
    told = list(results(plan, 2))
    board.add(told[:2])
    before = board.summaries
    monkeypatch.setattr(Board, "_computed", lambda self: 1 / 0)
    board.add(told[2:])
    assert board.summaries == before
    assert board.latest(1) == before
