"""Two measuring runs never overlap."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.errors import EnvironmentProblem
from bench.process.locks import holder, measuring_lock

HOLD = """
import sys; from pathlib import Path; from bench.process.locks import measuring_lock
with measuring_lock(path=Path(sys.argv[1])):
    print("HELD", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other(tmp_path):
    """A process that holds the lock until its standard input closes."""
    path = tmp_path / "lock"
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"HELD\n"
    yield process, path
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()


def test_refuses_at_once_and_names_the_holder(other):
    process, path = other
    found = holder(path)
    assert found is not None
    assert found.pid == process.pid
    with (
        pytest.raises(EnvironmentProblem, match=f"process {process.pid} .*wait for it to end"),
        measuring_lock(wait_s=0, path=path),
    ):
        pass


def test_waits_says_so_once_and_gets_it(other):
    process, path = other
    told = []

    def release(who):
        told.append(who)
        process.stdin.close()

    with measuring_lock(wait_s=30, on_wait=release, path=path):
        mine = holder(path)
        assert mine is not None
        assert mine.pid == os.getpid()
    assert [who.pid for who in told] == [process.pid]
    assert holder(path) is None


def test_a_killed_holder_holds_nothing(other):
    process, path = other
    process.kill()
    process.wait()
    assert path.read_text() != ""
    assert holder(path) is None
    with measuring_lock(wait_s=0, path=path):
        pass


def test_the_same_process_does_not_wait_for_itself(tmp_path):
    path = tmp_path / "lock"
    with (
        measuring_lock(path=path),
        pytest.raises(EnvironmentProblem, match="measuring already"),
        measuring_lock(path=path),
    ):
        pass


def test_an_exception_releases(tmp_path):
    path = tmp_path / "lock"
    with pytest.raises(KeyError), measuring_lock(path=path):
        raise KeyError
    assert holder(path) is None


def test_a_child_does_not_inherit_the_lock(tmp_path):
    path = tmp_path / "lock"
    with measuring_lock(path=path):
        child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert holder(path) is None
    child.communicate(b"\n")


def test_a_lock_that_cannot_be_opened_is_one_sentence(tmp_path):
    with (
        pytest.raises(EnvironmentProblem, match="SPARKBENCH_CACHE"),
        measuring_lock(path=tmp_path / "absent" / "lock"),
    ):
        pass
