"""On the corpus everything is found and nothing made up; the whole table is exercised."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bench.assess.assessment import assess
from bench.assess.kinds import TABLE
from bench.assess.rules import FAULTS
from bench.catalog.operations import CHANGES, OPERATIONS
from bench.catalog.settings import SETTINGS
from scripts.proof.assessed import CORPUS, main, score, sources

ROOT = Path(__file__).resolve().parents[2]
FILES = sources()


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.stem}")
def test_what_the_comments_say_is_found_and_nothing_else(file):
    made = score([file])
    assert not made.missed
    assert not made.wrong


def test_the_benchmark_prints_precision_and_recall(capsys):
    assert main([]) == 0
    table = capsys.readouterr().out
    assert "| all " in table
    assert "100.0%" in table


def test_every_operation_and_every_fault_is_found_somewhere():
    found = {one.rule for file in FILES for one in assess([file]).findings}
    assert {f"{owner}.{name}" for owner, name in TABLE} <= found
    assert set(FAULTS) <= found


def test_every_setting_is_found_in_a_file_of_properties():
    found = assess([CORPUS / "settings.properties"]).findings
    assert {one.call for one in found if one.sure} == {one.key for one in SETTINGS}
    asked = [one for one in found if not one.sure]
    assert [one.call for one in asked] == ["spark.streaming.backpresure.enabled"]
    assert "did you mean `spark.streaming.backpressure.enabled`" in asked[0].instead


def test_the_table_says_a_class_of_everything():
    assert {one.change for one in TABLE.values()} <= set(CHANGES)
    assert {one.change for one in SETTINGS} <= set(CHANGES)
    assert len({one.key for one in SETTINGS}) == len(SETTINGS)


# --- this project's own DStream side --------------------------------------------------------------

OWN = assess([ROOT / "legacy_dstream"])
FOUND = {
    (Path(one.path).relative_to(ROOT / "legacy_dstream").as_posix(), one.line, one.rule)
    for one in OWN.findings
}
SHOWN = [
    (f"{one.owner}.{one.name}", file)
    for one in OPERATIONS
    for file in (*(f"jobs/{job}.py" for job in one.jobs), *one.files)
]


@pytest.mark.parametrize(("rule", "file"), SHOWN)
def test_what_the_table_says_is_called_in_legacy_dstream_is_found_there(rule, file):
    assert any((file, rule) == (one[0], one[2]) for one in FOUND)


#: Calls of such a name on something else: a text, a path, a batch's RDD, a SparkContext.
OTHERS = {
    ("context.py", "SparkContext.getOrCreate"),
    ("context.py", "active.stop"),
    ("engine.py", "', '.join"),
    ("engine.py", "stopper.join"),
    ("engine.py", "stopper.start"),
    ("jobs/sliding.py", "rdd.map"),
    ("jobs/sliding_inverse.py", "rdd.map"),
    ("sinks/capture.py", "rdd.mapPartitions"),
    ("sinks/ledger.py", "rdd.mapPartitions"),
    ("sinks/own.py", "os.path.join"),
    ("sinks/own.py", "rdd.mapPartitions"),
    ("sinks/truth.py", "rdd.mapPartitions"),
    ("sources.py", "', '.join"),
}


def test_each_call_of_a_method_of_the_table_is_found_or_known_to_be_another_class_s():
    """The oracle knows nothing of types: it takes every attribute call of such a name."""
    names = {one.name for one in OPERATIONS}
    missed = set()
    for path in sorted((ROOT / "legacy_dstream").rglob("*.py")):
        file = path.relative_to(ROOT / "legacy_dstream").as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            line = node.func.end_lineno
            if node.func.attr in names and not any(
                one[:2] == (file, line) and one[2].endswith(f".{node.func.attr}") for one in FOUND
            ):
                missed.add((file, ast.unparse(node.func)))
    assert missed == OTHERS
