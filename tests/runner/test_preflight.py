"""Checks before the first trial: one sentence, the right exit code, nothing left behind."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from pathlib import Path

import pytest

from bench.errors import EnvironmentProblem, UsageError
from bench.plan.axes import Surroundings
from bench.plan.build import build_plan
from bench.runner import preflight


def test_a_new_or_empty_directory_is_accepted_and_not_made(tmp_path):
    new = tmp_path / "a" / "b"
    preflight.check_out(new)
    preflight.check_out(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_a_run_directory_is_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    for out, words in [
        (tmp_path, "is not empty"),
        (file, "is not a directory"),
        (file / "below", "is not a directory"),
        (tmp_path / ("x" * 5000), "cannot be written"),
    ]:
        with pytest.raises(UsageError, match=words):
            preflight.check_out(out)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_directory_that_cannot_be_written_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="cannot be written"):
        preflight.check_out(tmp_path / "run")


def test_a_file_system_that_takes_nothing_is_told(tmp_path, monkeypatch):
    def read_only(dir):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(dir))

    monkeypatch.setattr(tempfile, "TemporaryFile", read_only)
    with pytest.raises(UsageError, match="cannot be written \\(read-only file system\\)"):
        preflight.check_out(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_replay_file_must_be_there_and_hold_something(tmp_path):
    preflight.check_replay(None)
    file = tmp_path / "lines.txt"
    with pytest.raises(UsageError, match="no such file"):
        preflight.check_replay(str(file))
    file.write_text("")
    with pytest.raises(UsageError, match="is empty"):
        preflight.check_replay(str(file))
    with pytest.raises(UsageError, match="is a directory"):
        preflight.check_replay(str(tmp_path))
    with pytest.raises(UsageError, match="is not a path"):
        preflight.check_replay("a\0b")
    file.write_text("one\n")
    preflight.check_replay(str(file))


def test_a_disk_too_small_is_told(tmp_path, monkeypatch):
    preflight.check_disk(tmp_path / "new" / "run", 1)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=10_000_000))
    with pytest.raises(EnvironmentProblem, match=r"10 MB free .* 400 MB"):
        preflight.check_disk(tmp_path, 40)


def test_java_is_needed_by_spark_alone(monkeypatch, tmp_path):
    def none(*args, **options):
        raise EnvironmentProblem("no Java")

    monkeypatch.setattr("bench.runtime.java.find_java", none)
    around = Surroundings(2)
    places = preflight.check_places(build_plan(["null"], around=around), lambda event: None)
    assert preflight.java_of(places) is None
    assert places["null"].spark is None
    plan = build_plan(["null", "structured"], around=around)
    with pytest.raises(EnvironmentProblem, match="no Java"):
        preflight.check_places(plan, lambda event: None)


def test_the_current_folder_can_be_asked_about_disk():
    preflight.check_disk(Path(), 1)
