"""``sparkbench assess``: its forms, its exit codes, and ``decide --assessment``."""

from __future__ import annotations

import json

import pytest

from scripts.proof.assessed import CORPUS
from tests.cli.results.made_runs import make_plan, make_run

APP = str(CORPUS / "python" / "multiple.py")
SOUND = str(CORPUS / "python" / "multiple_mended.py")


def test_text_is_the_summary_first(sparkbench):
    answer = sparkbench("assess", APP)
    assert (answer.code, answer.err) == (0, "")
    first = answer.out.splitlines()
    assert first[0].startswith("6 findings in 1 file")
    assert "already broken" in answer.out
    assert "A window of 3.5 s over batches of 1 s" in " ".join(answer.out.split())


@pytest.mark.parametrize(
    ("form", "begins"),
    [("markdown", "# Assessment"), ("html", "<!doctype html>"), ("json", "{"), ("sarif", "{")],
)
def test_other_forms(sparkbench, form, begins):
    answer = sparkbench("assess", APP, "--format", form)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(begins)


def test_fail_on_is_for_ci(sparkbench):
    failed = sparkbench("assess", APP, "--fail-on", "broken,none")
    assert failed.code == 1
    assert failed.err == "Failed on: already broken.\n"
    assert sparkbench("assess", SOUND, "--fail-on", "broken").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["assess", "nowhere"], "nowhere: there is no such file or folder"),
        (["assess", APP, "--format", "pdf"], "--format: unknown format 'pdf'"),
        (["assess", APP, "--fail-on", "brokn"], "did you mean 'broken'"),
        (["assess", SOUND.replace("multiple_mended", "nothing"), "--skeleton", "x.py"],
         "there is nothing to write"),
        (["decide", "last", "--rate", "1k", "--p99", "1s", "--assessment", "none.json"],
         "--assessment: none.json"),
        (["decide", "last", "--rate", "1k", "--p99", "1s", "--assessment", APP],
         "not JSON of `sparkbench assess`"),
    ],
)  # fmt: skip
def test_bad_input_is_one_sentence(sparkbench, folder, words, said):
    answer = sparkbench(*words)
    assert answer.code == 2
    assert said in answer.err
    assert answer.err.count("\n") == 1


@pytest.mark.slow
def test_a_decision_quotes_effort_and_risks_apart_from_what_was_measured(sparkbench, folder):
    make_run(folder / "runs" / "one", make_plan("dstream", "structured", rounds="6"), salt="a")
    (folder / "app.json").write_text(sparkbench("assess", APP, "--format", "json").out)
    target = ["decide", "last", "--rate", "1000", "--p99", "2s"]
    alone, both = sparkbench(*target), sparkbench(*target, "--assessment", "app.json")
    assert both.code == 0
    assert both.out.startswith(alone.out)
    rest = " ".join(both.out[len(alone.out) :].split())
    assert rest.startswith("Not measured here: effort and risks")
    assert "person-days" in rest
    assert "a window or slide is no multiple" in rest
    page = sparkbench(*target, "--assessment", "app.json", "--format", "md").out
    assert "## Not measured here: effort and risks" in page
    found = json.loads(sparkbench(*target, "--assessment", "app.json", "--json", "-").out)
    assert found["assessment"]["days"][0] > 0
    assert found["decisions"][0]["answer"] == "stay"
