"""An input that comes as files: whole lines, in order, no sooner than allowed."""

from __future__ import annotations

import time

import pytest

from bench.contract import BatchRecord
from bench.contract.files import is_complete, ranges_of
from bench.errors import UsageError
from bench.plan.arms import parse_arm
from bench.verify.compare import row_differences
from bench.verify.expected import keeps_order
from bench.verify.folder_feed import FolderFeed
from bench.verify.inputs import Input, job_inputs
from bench.verify.run import SOURCES, default_arms


def until(done, timeout_s=20.0):
    deadline = time.monotonic() + timeout_s
    while not done():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)


def files(tmp_path, stream):
    return sorted((tmp_path / str(stream)).glob("*.txt"))


def test_files_hold_whole_lines_and_their_names_say_which(tmp_path):
    (source,) = job_inputs("words", 700, keys=5, rate_per_s=100, seed=3, streams=1)
    with FolderFeed(source, tmp_path, 4, pause_s=0.0) as feed:
        time.sleep(0.05)
        assert files(tmp_path, 4) == []
        feed.allow(1)
        until(lambda: len(files(tmp_path, 4)) == 1)
        assert not feed.done
        feed.allow(10**6)
        until(lambda: feed.done)
    assert feed.problem is None
    assert is_complete(str(tmp_path), 4)
    found = files(tmp_path, 4)
    assert len(found) > 20
    assert b"".join(path.read_bytes() for path in found) == source.data
    assert ranges_of(path.name for path in found) == ((4, 0, 700),)
    for path in found:
        ((_stream, _first, count),) = ranges_of([path.name])
        assert path.read_bytes().count(b"\n") == count


def test_one_that_is_closed_early_does_not_call_itself_complete(tmp_path):
    source = Input("words", b"a\nb\nc\n", (2, 4))
    with FolderFeed(source, tmp_path, 0, pause_s=0.0) as feed:
        feed.allow(1)
        until(lambda: files(tmp_path, 0) != [])
    assert feed.done
    assert len(files(tmp_path, 0)) == 1
    assert not is_complete(str(tmp_path), 0)


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    source = Input("words", b"a\nb\n", (2,))
    with FolderFeed(source, tmp_path, 0, pause_s=0.0) as feed:
        (tmp_path / "_staging").rmdir()
        feed.allow(1)
        until(lambda: feed.done)
    assert "cannot be written" in (feed.problem or "")


def test_which_arms_read_a_directory():
    assert default_arms(["directory"]) == (
        "dstream:source=directory",
        "structured:source=directory",
    )
    assert default_arms(["socket"]) == ("dstream", "dstream:path=jvm", "structured")
    assert not any("directory" in arm for arm in default_arms())
    assert set(SOURCES) == {"socket", "spooled", "native"}
    with pytest.raises(UsageError, match="--source: unknown source 'kafka'"):
        default_arms(["kafka"])


def test_nobody_promises_an_order_of_files():
    assert keeps_order(parse_arm("dstream"))
    assert not keeps_order(parse_arm("dstream:source=directory"))
    assert not keeps_order(parse_arm("structured"))


def test_batches_without_a_range_are_in_nobodys_way():
    batches = [
        BatchRecord(2, ((0, 1, 1),), 0, 0, 0, 0, {}),
        BatchRecord(1, (), 0, 0, 0, 0, {}),
        BatchRecord(0, ((0, 0, 1),), 0, 0, 0, 0, {}),
    ]
    rows = {0: ["a"], 1: [], 2: ["b"]}
    assert row_differences(["a", "b"], rows, batches, ordered=True) == []
