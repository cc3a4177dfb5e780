"""Files to replay: what can be read once only, and what changes during a run."""

from __future__ import annotations

import os
import threading

import pytest

from bench.errors import UsageError
from bench.load.config import LoadConfig
from bench.load.errors import ReplayError
from bench.process.cache import cache_dir
from bench.runner.replays import FOLDER, check_unchanged, digest_of, settled
from bench.trial.setup import prepare_load


def test_a_pipe_is_kept_and_said_so(tmp_path):
    pipe, data, told = tmp_path / "pipe", b"one\ntwo\n" * 300_000, []
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(data,))
    writer.start()
    kept = settled(str(pipe), told.append)
    writer.join()
    assert os.path.dirname(kept) == str(cache_dir() / FOLDER)
    with open(kept, "rb") as file:
        assert file.read() == data
    assert "can be read once only; its 2.4 MB are kept in" in told[0]


def test_other_paths_stay(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "log").write_text("x")
    assert settled("log") == str(tmp_path / "log")
    assert settled("none") == str(tmp_path / "none")


def test_the_file_of_a_run_stays_the_same(tmp_path):
    file = tmp_path / "log"
    file.write_text("one\n")
    digest = digest_of(str(file))
    config = LoadConfig(rate_per_s=10.0, replay=str(file))
    check_unchanged(str(file), digest, "--resume runs/x")
    assert prepare_load(config, digest).payload["sha256"] == digest
    with file.open("a") as appended:
        appended.write("two\n")
    with pytest.raises(UsageError, match=r"--resume runs/x: the file .*log is not the one"):
        check_unchanged(str(file), digest, "--resume runs/x")
    with pytest.raises(ReplayError, match="log: the file is not the one the run began with"):
        prepare_load(config, digest)
    check_unchanged(str(file), "", "of a run that did not look")
    assert prepare_load(config).payload["lines"] == 2
