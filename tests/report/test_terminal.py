"""The summary on terminals of any width: readable, complete, never cut."""

from __future__ import annotations

import io
from functools import cached_property

import pytest
from rich.cells import cell_len
from rich.console import Console

from bench.report.terminal import print_summary
from bench.results.schema import STATUSES
from bench.run import Run
from bench.stats.verdict import Verdict
from bench.summary.cells import summarise_cells
from bench.summary.notes import NEXT_STEP
from tests.report.synthetic import make_info, make_results, make_trial


def shown(run, width, **options):
    out = io.StringIO()
    print_summary(run, Console(file=out, width=width, **options))
    return out.getvalue()


@pytest.fixture(scope="module")
def run():
    return Run(None, make_info(estimate=True), make_results(rounds=2))


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120, 200])
def test_no_figure_is_cut_at_any_width(run, width):
    text = shown(run, width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert "…" not in text
    words = " ".join(text.split())
    for row in run.cells.itertuples():
        if row.status == "ok":
            assert f"{row.p99_s:.2f} s" in words or f"{row.p99_s * 1e3:.0f} ms" in words
    for ratio in run.cells["ratio"].dropna():
        assert f"~{ratio:.2f}x" in words


def test_one_row_a_cell_where_it_fits_and_one_an_arm_where_not(run):
    def rows(width):
        table = shown(run, width).split("p50, p99: ")[0]
        return [line for line in table.splitlines() if " ms " in line and "core" not in line]

    cells, arms = 4, 7  # one arm of eight is unsupported and has no figure
    assert len(rows(120)) == cells
    assert len(rows(80)) == arms


@pytest.mark.parametrize("width", [80, 120])
def test_a_cell_that_is_not_ok_shows_status_reason_and_next_step(run, width):
    text = " ".join(shown(run, width).split())
    assert "dstream is saturated at trigger 500 ms, 1 core" in text
    assert "the backlog grew by 212 records/s (196 to 228)." in text
    assert NEXT_STEP["saturated"] in text
    assert "local[1] leaves a receiver no slot to process in." in text
    saturated = [r for r in run.results if r.status == "saturated"]
    table = text.split("p50, p99: ")[0]
    assert all(f"{r.latency_s.gross.p99:.2f} s" not in table for r in saturated)


def test_every_status_has_a_next_step():
    assert set(NEXT_STEP) == set(STATUSES) - {"ok"}


def test_estimate_path_and_guarantee_are_said(run):
    text = shown(run, 80)
    assert text.startswith("ESTIMATE")
    assert "--quick" in text
    assert "dstream: path python, guarantee none" in text
    assert "structured: path jvm, guarantee none" in text
    sure = Run(None, make_info(), make_results([1.0], [2], rounds=5))
    text = shown(sure, 80)
    assert "stimate" not in text
    assert "~" not in text


def test_few_rounds_are_an_estimate_without_quick_too():
    text = shown(Run(None, make_info(), make_results([1.0], [2], rounds=2)), 80)
    assert "too few rounds" in text


def test_an_interrupted_run_and_damaged_files_are_told():
    run = Run(None, make_info(finished_at=None, planned=9), [make_trial(1)], ["trials/x: torn"])
    text = shown(run, 80)
    assert "1 of 9 planned trials" in text
    assert "trials/x: torn" in text
    assert "structured is not run yet" in text
    assert "not run" in shown(run, 120)
    assert shown(Run(None, make_info(), []), 80)


def test_users_strings_are_no_markup_and_no_escape_sequences():
    bad = make_trial(1, status="failed", reasons=["[bold red]boo[/] \x1b[2J $x"])
    text = shown(Run(None, make_info(), [bad]), 80, force_terminal=True)
    assert "[bold red]boo[/]" in text
    assert "\x1b[2J" not in text


def test_an_ascii_output_takes_it():
    class Ascii(io.TextIOWrapper):
        pass

    raw = io.BytesIO()
    out = Ascii(raw, encoding="ascii")
    run = Run(None, make_info(), [make_trial(1, status="failed", reasons=["Größe ×"])])
    print_summary(run, Console(file=out, width=80))
    out.flush()
    assert b"failed" in raw.getvalue()


def test_long_arms_fold_at_their_commas():
    arm = "structured:path=jvm,profile=textbook,conf.spark.sql.shuffle.partitions=200"
    results = [make_trial(1), make_trial(2, arm)]
    text = shown(Run(None, make_info(["dstream", arm]), results), 90)
    assert "\nstructured:path=jvm,profile=textbook,  " in text
    assert "\nconf.spark.sql.shuffle.partitions=200 " in text


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_interval_and_verdict_have_their_place(width):
    class Judged(Run):
        @cached_property
        def summaries(self):
            verdict = Verdict("faster", "e2e_p99", "lower", 0.95, 1.05, 2, 0.62, 0.58, 0.66)
            return summarise_cells(self.results, self.arms, judge=lambda *_: verdict)

    text = shown(Judged(None, make_info(), make_results(rounds=2)), width)
    assert all(cell_len(line) <= width for line in text.splitlines())
    assert text.count("0.58-0.66") == 2
    assert "~" not in text


def test_a_reason_that_says_what_to_do_is_not_repeated():
    told = make_trial(1, status="unsettled", reasons=["batch time still falls; lengthen --warmup"])
    text = " ".join(shown(Run(None, make_info(), [told]), 80).split())
    assert "dstream is unsettled: batch time still falls; lengthen --warmup. Seen" in text
    assert NEXT_STEP["unsettled"] not in text
