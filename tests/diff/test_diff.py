"""Two made-up runs side by side."""

from __future__ import annotations

import json
import math

import pytest

from bench.diff.diff import diff_runs
from bench.diff.document import diff_data, diff_lines, diff_markdown, gate_sentence
from bench.document import text
from bench.document.parts import Grid
from bench.errors import UsageError
from bench.results.schema import Ageing
from bench.run import Run
from bench.stats.metrics import METRICS
from tests.cli.results.made_runs import make_plan, make_run, of_before

P99 = METRICS["e2e_p99"]
BOTH = make_plan("dstream", "structured")


@pytest.fixture
def made(tmp_path):
    """Make and load a run; its salt is its name."""

    def make(name, plan=BOTH, **options):
        return Run.from_store(make_run(tmp_path / name, plan, salt=name, **options))

    return make


def words(diff):
    return [row.verdict.word for row in diff.rows]


def test_a_slower_run_is_a_regression_and_fails_the_gate(made):
    diff = diff_runs(made("a"), made("b", factor=1.3), P99)
    assert words(diff) == ["regression", "regression"]
    assert diff.gate_failed
    assert gate_sentence(diff) == "Gate failed: 2 of 2 got worse beyond the threshold."
    row = diff.rows[0]
    assert row.after / row.before == pytest.approx(row.verdict.ratio)
    assert 1.2 < row.verdict.low < 1.3 < row.verdict.high < 1.4


def test_intervals_of_large_ratios_read_as_in_every_other_table(made):
    diff = diff_runs(made("a"), made("b", factor=1234.0), P99)
    (grid,) = [part for part in diff_lines(diff) if isinstance(part, Grid)]
    for row, cells in zip(diff.rows, grid.rows, strict=True):
        low, high = row.verdict.low, row.verdict.high
        assert low is not None
        assert high is not None
        assert cells[-2] == text.bounds(low, high)
        assert "." not in cells[-2]


def test_a_faster_run_passes(made):
    diff = diff_runs(made("a", factor=1.3), made("b"), P99)
    assert words(diff) == ["improvement", "improvement"]
    assert not diff.gate_failed


def test_a_small_change_is_noise_at_a_large_threshold(made):
    diff = diff_runs(made("a"), made("b", factor=1.1), P99, threshold=1.3)
    assert words(diff) == ["within noise", "within noise"]
    assert gate_sentence(diff).startswith("Gate passed: none of 2")


def test_what_could_be_ranked_and_can_no_longer_fails_the_gate(made):
    diff = diff_runs(made("a"), made("b", statuses={1: "saturated"}), P99)
    (lost,) = diff.lost
    assert lost.verdict.word == "unranked"
    assert "saturated in 1 of 5 rounds" in lost.verdict.reasons[0]
    assert diff.gate_failed
    back = diff_runs(diff.after, diff.before, P99)
    assert not back.lost
    assert not back.gate_failed
    assert "1 of 2 could not be judged" in gate_sentence(back)


def test_a_gate_that_could_judge_nothing_has_not_passed(made):
    few = make_plan("dstream", "structured", rounds="1")
    diff = diff_runs(made("a", few), made("b", few), P99)
    assert words(diff) == ["not enough rounds"] * 2
    assert diff.gate_failed
    assert "nothing could be judged" in gate_sentence(diff)


@pytest.mark.parametrize("as_stored", [lambda plan: plan, of_before])
def test_runs_of_either_rule_compare_launch_by_launch(made, as_stored):
    few = as_stored(make_plan("dstream", "structured", rounds="2"))
    calm = {"plan": few, "scatter": 0.005}
    diff = diff_runs(made("a", **calm), made("b", **calm, factor=2.0), P99)
    assert words(diff) == ["regression", "regression"]
    assert {row.verdict.n for row in diff.rows} == {2}
    one = as_stored(make_plan("dstream", "structured", rounds="1"))
    (row, _other) = diff_runs(made("c", one), made("d", one), P99).rows
    assert (row.verdict.word, row.verdict.rounds_needed) == ("not enough rounds", 2)
    assert "1 round counts, 2 are the minimum for 2 verdicts at once" in row.verdict.reasons


@pytest.mark.parametrize("ratios", [False, True])
def test_what_the_runs_drift_differs_by_widens_the_intervals(made, ratios):
    runs = made("a"), made("b", factor=1.3)
    calm = diff_runs(*runs, P99, ratios=ratios).rows[-1].verdict
    for trial in runs[1].results:
        if trial.trial.arm == "structured":
            change_s = -0.02 * trial.latency_s.gross.p99
            trial.ageing = Ageing(
                after_tick_s=0.4, change_s=change_s, z=-2.0, batch_change_s=change_s
            )
    aged = diff_runs(*runs, P99, ratios=ratios).rows[-1].verdict
    assert aged.drift == pytest.approx(0.02)
    assert (aged.ratio, calm.drift) == (calm.ratio, 0)
    assert math.log(aged.high / calm.high) == pytest.approx(0.02)


def test_all_rows_are_judged_at_once(made):
    plan = make_plan("dstream", "structured", axes={"trigger": ["500ms,1s"]})
    diff = diff_runs(made("a", plan), made("b", plan), P99)
    assert len(diff.rows) == diff.rule.comparisons == 4
    assert diff.rule.level == pytest.approx(1 - 0.05 / 4)


def test_other_versions_of_spark_compare_and_are_named(made):
    diff = diff_runs(made("a"), made("b", environment={"spark": "4.4.0"}), P99)
    assert diff.changes == ("Spark 4.3.0 to 4.4.0",)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"environment": {"cpu": "Other"}}, "other machine"),
        ({"code": "1" * 16}, "other version of the code"),
        (
            {"plan": make_plan("dstream", "structured", duration="12s")},
            "duration_s 15.0 against 12",
        ),
        ({"plan": make_plan("dstream", "structured", axes={"trigger": ["2s"]})}, "trigger_s 1.0"),
    ],
)
def test_incomparable_runs_are_refused_unless_forced(made, other, why):
    runs = made("a"), made("b", **other)
    with pytest.raises(UsageError, match=why) as refused:
        diff_runs(*runs, P99)
    assert "\n" not in str(refused.value)
    forced = diff_runs(*runs, P99, force=True)
    assert len(forced.rows) == 2
    assert why in forced.overridden[0]


def test_forced_runs_compare_the_cells_they_share(made):
    one = make_plan("dstream", "structured", axes={"trigger": ["500ms,1s"]})
    diff = diff_runs(made("a", one), made("b", make_plan("structured")), P99, force=True)
    (row,) = diff.rows
    assert (row.arm, row.cell) == ("structured", {"trigger_s": 1.0})
    assert [line for line in diff.apart if "dstream" in line or "1 cell" in line] == list(
        diff.apart
    )


def test_nothing_in_common_cannot_be_forced(made):
    runs = made("a", make_plan("dstream")), made("b", make_plan("structured"))
    with pytest.raises(UsageError, match="no arm in common"):
        diff_runs(*runs, P99, force=True)


def test_two_machines_compare_by_their_ratios(made):
    slow = {"environment": {"cpu": "Other"}, "factor": 3.0}
    diff = diff_runs(made("a"), made("b", **slow), P99, threshold=1.1, ratios=True)
    (row,) = diff.rows
    assert row.arm == "structured"
    assert row.verdict.word == "within noise"
    assert row.after == pytest.approx(1.0, rel=0.05)


def test_ratios_need_the_same_baseline(made):
    with pytest.raises(UsageError, match="--ratios"):
        diff_runs(made("a"), made("b", make_plan("structured", "dstream")), P99, ratios=True)


def test_an_unfinished_run_says_so(made):
    diff = diff_runs(made("a"), made("b", ended=2), P99)
    assert "2 of 10 trials" in diff_markdown(diff)
    assert words(diff) == ["not enough rounds"] * 2


@pytest.fixture
def worse(made):
    return diff_runs(made("a"), made("b", factor=1.3), P99)


def test_the_text_says_what_got_worse_and_by_how_much(worse):
    lines = [part.text for part in diff_lines(worse, "Gate failed.") if not isinstance(part, Grid)]
    said = [line for line in lines if "times as late at p99 as before" in line]
    assert len(said) == 2
    assert lines[-1] == "Gate failed."


def test_markdown_is_a_table_for_a_job_summary(worse):
    text = diff_markdown(worse, gate_sentence(worse))
    assert text.startswith("## ")
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 4
    assert len({line.count("|") for line in table}) == 1
    assert "**Gate failed:" in text


def test_data_is_json(worse):
    data = json.loads(json.dumps(diff_data(worse, "why"), allow_nan=False))
    assert [row["word"] for row in data["cells"]] == ["regression", "regression"]
    assert data["gate"] == {"failed": True, "sentence": "why"}


def test_strings_of_a_run_are_no_markup(made):
    evil = "4.4|<script>\x1b[2J`x`"
    diff = diff_runs(made("a"), made("b", environment={"spark": evil}), P99)
    text = diff_markdown(diff)
    assert "<script>" not in text
    assert "\x1b" not in text
    assert all("\x1b" not in part.text for part in diff_lines(diff) if not isinstance(part, Grid))
