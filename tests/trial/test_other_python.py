"""A trial in an interpreter that has none of our packages: the child comes in the archive."""

from __future__ import annotations

import sys

import pytest

from bench.errors import EnvironmentProblem
from bench.plan.arms import parse_arm
from bench.runtime.interpreter import ask
from bench.runtime.pythons import find_python

#: Whole runs, some seconds each.
pytestmark = pytest.mark.slow


@pytest.fixture
def other() -> str:
    """A Python that is another one than ours, preferably another version."""
    try:
        found = find_python("4.0", {"PATH": "", "HOME": "/nonexistent"})
    except EnvironmentProblem as problem:
        pytest.skip(str(problem))
    return str(found)


def test_its_version_is_stored_beside_ours(trial, other):
    there = ask(other)
    result = trial(arm=parse_arm("null:runtime=other"), python=other)
    assert result.status in ("ok", "unsettled", "invalid"), result.reasons
    assert result.conservation.received_records == result.load.sent_records
    assert result.environment.engine_python == there.version
    assert result.environment.python == ".".join(map(str, sys.version_info[:3]))


def test_a_runtime_that_has_gone_ends_the_run_and_not_the_program(trial, tmp_path):
    with pytest.raises(EnvironmentProblem, match="--runtime other"):
        trial(arm=parse_arm("null:runtime=other"), python=str(tmp_path / "gone"))


def test_a_runtime_without_spark_is_told(trial, other):
    with pytest.raises(EnvironmentProblem, match="has no PySpark; install one there"):
        trial(arm=parse_arm("structured:runtime=other"), python=other)
