"""The table of operations is that of the installed PySpark, and its examples are real."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from bench.catalog.operations import OPERATIONS
from bench.contract.jobs import JOBS

FILES = {"DStream": "dstream.py", "StreamingContext": "context.py"}


def public_methods(owner: str) -> set[str]:
    """Public methods and properties of a class of pyspark.streaming, read without importing it."""
    spec = importlib.util.find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    source = (Path(spec.origin).parent / "streaming" / FILES[owner]).read_text()
    (found,) = (
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == owner
    )
    names = {node.name for node in found.body if isinstance(node, ast.FunctionDef)}
    return {name for name in names if not name.startswith("_")}


@pytest.mark.parametrize("owner", FILES)
def test_every_public_method_is_in_the_table_and_no_other(owner):
    assert {one.name for one in OPERATIONS if one.owner == owner} == public_methods(owner)


def test_each_stands_once_and_says_something():
    assert len({(one.owner, one.name) for one in OPERATIONS}) == len(OPERATIONS)
    for one in OPERATIONS:
        assert one.owner in FILES
        assert one.instead, one.name
        assert one.difference, one.name


ROOT = Path(__file__).resolve().parents[2]
SHOWN = [
    *((one, f"jobs/{job}.py") for one in OPERATIONS for job in one.jobs),
    *((one, file) for one in OPERATIONS for file in one.files),
]


@pytest.mark.parametrize(("one", "file"), SHOWN, ids=lambda part: getattr(part, "name", part))
def test_what_is_said_to_show_it_calls_it(one, file):
    assert (ROOT / "structured" / file).is_file()
    tree = ast.parse((ROOT / "legacy_dstream" / file).read_text())
    called = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert one.name in called


def test_every_job_is_an_example_of_something_or_calls_nothing_of_its_own():
    named = {job for one in OPERATIONS for job in one.jobs}
    assert named <= set(JOBS)
    # PySpark has no mapWithState: what shows it is in Scala.
    assert set(JOBS) - named == {"echo", "enrich", "parse_json", "touched_wordcount"}
