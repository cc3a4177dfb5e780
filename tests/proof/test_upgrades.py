"""Checkpoints from one Spark to another: what is right, and the table in docs/versions.md."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.child.upgrade import DSTREAMS, KINDS, LINES
from bench.runtime.interpreter import own
from scripts.proof.compat import VERSIONS
from scripts.proof.upgrades import (
    CHANGED,
    OLDER,
    _answer,
    expected,
    kinds_of,
    run_step,
    up_and_back,
)
from tests.contract.conftest import spark_interpreter
from tests.long import at_length

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "versions.md").read_text("utf-8")


def table(name: str) -> dict[str, dict[str, str]]:
    """Rows of a table in the page, by their first cell: column to cell."""
    text = PAGE.split(f"<!-- {name}:begin -->\n")[1].split(f"<!-- {name}:end -->")[0]
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0].strip("`"): dict(zip(cells[0][1:], row[1:], strict=True)) for row in cells[2:]}


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("stateless", [["a", 4], ["a", 5], ["c", 6]]),
        ("aggregate-hdfs", [["a", 4], ["c", 1]]),
        ("dedup-hdfs", [["c"]]),
        ("join-rocksdb", [["a", 1, 5], ["a", 3, 5], ["a", 4, 5]]),
        ("pandas-state-hdfs", [["a", 13], ["c", 6]]),
        ("dstream-state", [["a", 4], ["b", 1], ["c", 1]]),
        ("dstream-stateless", [["a", "4"], ["a", "5"], ["c", "6"]]),
        ("file-sink", [["a", 1], ["a", 3], ["a", 4], ["a", 5], ["b", 2], ["c", 6]]),
    ],
)
def test_what_the_second_step_gives_after_the_first(kind, wanted):
    assert expected(kind, 1) == wanted


def test_every_step_brings_a_key_that_is_new():
    seen: set[str] = set()
    for lines in LINES:
        keys = {line.split(",")[1] for line in lines}
        assert keys - seen
        seen |= keys


def test_what_came_out_is_judged():
    rows = json.loads(json.dumps(expected("aggregate-hdfs", 1)))
    assert _answer("aggregate-hdfs", 1, {"rows": rows}).word == "yes"
    assert _answer("aggregate-hdfs+column", 1, {"rows": [[*row, 9] for row in rows]}).word == "yes"
    wrong = _answer("aggregate-hdfs", 1, {"rows": [["a", 2], ["c", 1]]})
    assert wrong.reason.startswith("it goes on, and gives [['a', 2]")
    assert _answer("aggregate-hdfs", 1, None).word == "no"
    said = "[STREAM_FAILED] Query [id = 1, runId = 2] terminated with exception: [WHY] because"
    assert _answer("aggregate-hdfs", 1, {"error": said}).reason == "[WHY] because"


def test_the_page_holds_every_kind_version_and_change():
    found = table("upgrades")
    assert list(found) == [*KINDS, *DSTREAMS]
    columns = [name for old in OLDER for name in (f"{old} to {VERSIONS[-1]}", f"back to {old}")]
    assert all(list(row) == columns for row in found.values())
    assert list(table("changes")) == list(CHANGED)


@pytest.mark.slow
def test_a_change_is_tried_and_its_error_told(require, tmp_path):
    require("java")
    words = ["aggregate-hdfs+column", "aggregate-hdfs+partitions"]
    begun = run_step(own(), tmp_path, 0, words)
    assert {answer.word for answer in begun.values()} == {"yes"}, begun
    went = run_step(own(), tmp_path, 1, words)
    assert went[words[1]].word == "yes", went
    assert "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE" in went[words[0]].reason


@at_length
@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("version", OLDER)
def test_the_page_says_what_happens(require, tmp_path, version):
    require("java")
    tried = up_and_back(spark_interpreter(version), own(), tmp_path, kinds_of(version))
    said = table("upgrades")
    for kind, (up, back) in tried.items():
        assert said[kind][f"{version} to {own().spark}"].startswith(up.word), (kind, up)
        if back is not None:
            assert said[kind][f"back to {version}"].startswith(back.word), (kind, back)
