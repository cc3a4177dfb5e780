"""report.md: the same figures, and nothing of the user's that Markdown would take as its own."""

from __future__ import annotations

from bench.document.markdown import markdown
from bench.document.parts import Image
from bench.experiments.registry import experiment_of
from bench.run import Run
from tests.report.synthetic import ENVIRONMENT, make_info, make_results, make_trial


def test_it_says_what_the_issue_asks_for():
    run = Run(None, make_info(estimate=True), make_results([1.0], [2], rounds=3))
    text = markdown(experiment_of(run).document([Image("Latency quantiles", "quantiles.png")]))
    (ratio,) = run.cells["ratio"].dropna()
    for part in (
        "Which is faster here: structured or dstream (the baseline)?",
        "Cannot tell yet: 3 rounds count, 4 are the minimum for 1 verdict; 1 more round would do.",
        f"As a mere estimate, dstream is {1 / ratio:.2g} times as late at p99 as structured here.",
        "**Estimate.**",
        "Example CPU @ 2.50GHz, 4 CPUs, 16.0 GiB",
        "Spark 4.3.0, Java 17.0.12, Python 3.11.9",
        "sparkbench compare --trigger 500ms,1s --cores 1,2 --rate 1000",
        "1234567 with local changes",
        "dstream: path python, guarantee none",
        "![Latency quantiles](quantiles.png)",
        "## How to read it",
    ):
        assert part in text
    assert text.startswith("# dstream against structured\n")


def test_every_row_of_the_table_has_the_same_cells():
    text = Run(None, make_info(), make_results(rounds=1)).markdown()
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 8
    assert {line.count("|") for line in rows} == {10}


def test_users_strings_are_escaped():
    evil = "a|b <img src=x onerror=alert(1)> `c` [d](http://e)\n# f"
    cell = {"trigger_s": 1.0, "conf.x|y": evil}
    other = {"trigger_s": 1.0, "conf.x|y": "plain"}
    results = [
        make_trial(1, cell=cell, status="failed", reasons=[evil]),
        make_trial(2, cell=other),
    ]
    environment = ENVIRONMENT.model_copy(update={"cpu": evil})
    info = make_info(environment=environment, command=f"sparkbench ```{evil}", git={"commit": evil})
    text = Run(None, info, results, [f"trials/{evil}: torn"]).markdown()
    code = text[text.index("To run it again") :]
    prose = text[: text.index("To run it again")]
    assert "<img" not in prose
    assert "[d](" not in prose
    assert "\n# f" not in prose
    rows = [line for line in prose.splitlines() if line.startswith("| ")]
    # Escaped bars are no cell borders.
    assert {line.replace("\\|", "").count("|") for line in rows} == {9}
    assert code.count("````") == 2
    assert "\n# f" not in code


def test_a_run_without_trials_has_a_report():
    text = Run(None, make_info(finished_at=None), []).markdown()
    assert "No trial has ended yet." in text
