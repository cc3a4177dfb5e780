"""Stored runs of every kind read as they did when ``expected/`` was written.

A change on purpose is written down with

    SPARKBENCH_GOLDEN=write .venv/bin/python -m pytest -n 0 tests/golden

and reviewed as a diff.  ``make.py`` tells how the runs in ``stored/`` were made.  Those called
``old-`` were stored by commit 31cddfc, whose plans name no rule: two made up as in ``make.py``, and
``old-interrupted``, the first two trials of a real run on a machine too busy for it.
"""

from __future__ import annotations

import difflib
import os

import pytest

from tests.golden.make import KINDS
from tests.golden.outputs import RUNS, outputs_of, sayer, without_pixels

EXPECTED = RUNS.with_name("expected")
NAMES = sorted(path.name for path in RUNS.iterdir())
OLD = {"old-compare", "old-aa", "old-interrupted"}


@pytest.mark.parametrize("name", NAMES)
def test_a_stored_run_reads_as_ever(name, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(RUNS)
    without_pixels(monkeypatch)
    found = outputs_of(name, tmp_path, sayer(capsys, monkeypatch))
    folder = EXPECTED / name
    if os.environ.get("SPARKBENCH_GOLDEN") == "write":
        folder.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            file.unlink()
        for file, text in found.items():
            (folder / file).write_text(text, encoding="utf-8", newline="")
        pytest.skip("written anew")
    expected = {file.name: file.read_bytes().decode() for file in folder.iterdir()}
    assert sorted(found) == sorted(expected)
    changed = {file: _diff(file, expected[file], text) for file, text in found.items()}
    assert not any(changed.values()), "\n".join(changed.values())


def test_every_kind_is_stored():
    assert set(NAMES) == {*KINDS, *OLD} == {path.name for path in EXPECTED.iterdir()}


def _diff(file: str, before: str, after: str) -> str:
    if before == after:
        return ""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True), after.splitlines(keepends=True), file, f"{file} now", n=1
    )
    return "".join(lines) or f"{file}: other ends of lines"
