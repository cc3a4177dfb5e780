"""The files: appended to, read, trimmed, and found again as they were after any end."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from structured.spooled import SpoolError
from structured.spooled import writer as writer_module
from structured.spooled.identity import FILE as IDENTITY
from structured.spooled.segments import Mark, list_segments
from structured.spooled.spool import Spool
from tests.long import examples

LINES = st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"\n", b"") + b"\n"), min_size=1)


def open_spool(folder: Path, **changes) -> Spool:
    return Spool(folder, **{"file_bytes": 64, "max_bytes": 1 << 30, "lock_wait_s": 0.0, **changes})


def content(spool: Spool) -> bytes:
    return b"".join(spool.read(spool.start.position, spool.end.position))


class Life(RuleBasedStateMachine):
    """Appends, trims, orderly ends and crashes in any order, against a plain byte string."""

    @initialize()
    def begin(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.folder = Path(self.scratch.name) / "spool"
        self.spool = open_spool(self.folder)
        self.identity = self.spool.identity
        self.stream = b""
        self.trimmed = 0

    @rule(lines=LINES)
    def append(self, lines):
        data = b"".join(lines)
        self.spool.append(data, len(lines))
        self.stream += data

    @rule(share=st.floats(0, 1))
    def trim(self, share):
        position = self.trimmed + int(share * (len(self.stream) - self.trimmed))
        before = self.spool.size
        freed = self.spool.trim(position)
        assert self.spool.size == before - freed
        assert self.spool.start.position <= max(position, self.trimmed)
        self.trimmed = self.spool.start.position

    @rule(torn=st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"")))
    def crash(self, torn):
        """The process dies within a write: its last line came through in part."""
        self.spool.close()
        segments = list_segments(self.folder)
        if segments:
            with open(self.folder / segments[-1].name, "ab") as file:
                file.write(torn)
        self.spool = open_spool(self.folder)
        assert self.spool.torn_bytes == (len(torn) if segments else 0)

    @invariant()
    def all_is_there(self):
        if not hasattr(self, "spool"):
            return
        spool = self.spool
        assert spool.identity == self.identity
        assert spool.end == Mark(len(self.stream), self.stream.count(b"\n"))
        start = spool.start
        assert start.records == self.stream.count(b"\n", 0, start.position)
        assert content(spool) == self.stream[start.position :]
        assert spool.size == sum(segment.size for segment in list_segments(self.folder))
        spool.check(spool.end.position)

    def teardown(self):
        if hasattr(self, "spool"):
            self.spool.close()
            self.scratch.cleanup()


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=examples(40), stateful_step_count=20, deadline=None)


@given(LINES, st.data())
def test_any_part_can_be_read_over_the_borders_of_files(lines, data):
    with tempfile.TemporaryDirectory() as scratch:
        spool = open_spool(Path(scratch), file_bytes=data.draw(st.integers(1, 40)))
        for line in lines:
            spool.append(line, 1)
        whole = b"".join(lines)
        low = data.draw(st.integers(0, len(whole)))
        high = data.draw(st.integers(low, len(whole)))
        assert b"".join(spool.read(low, high)) == whole[low:high]
        spool.close()


def test_a_second_reader_gets_one_sentence_and_the_first_goes_on(tmp_path):
    first = open_spool(tmp_path / "spool")
    with pytest.raises(SpoolError, match=rf"being read by process {os.getpid()} on .*own$"):
        open_spool(tmp_path / "spool")
    first.append(b"still here\n", 1)
    first.close()
    again = open_spool(tmp_path / "spool")
    assert content(again) == b"still here\n"
    again.close()


def test_a_file_that_was_cut_fails_loudly(tmp_path):
    spool = open_spool(tmp_path)
    for _ in range(5):
        spool.append(b"x" * 63 + b"\n", 1)
    first, *_rest, last = list_segments(tmp_path)
    os.truncate(tmp_path / last.name, 10)
    with pytest.raises(SpoolError, match=r"is short: 54 bytes"):
        content(spool)
    spool.close()
    os.truncate(tmp_path / first.name, 10)
    with pytest.raises(SpoolError, match=r"lacks 54 bytes"):
        open_spool(tmp_path)
    # The lock is free again after the refusal.
    with pytest.raises(SpoolError, match=r"lacks 54 bytes"):
        open_spool(tmp_path)


def test_a_missing_file_fails_loudly(tmp_path):
    spool = open_spool(tmp_path)
    for _ in range(3):
        spool.append(b"x" * 63 + b"\n", 1)
    segments = list_segments(tmp_path)
    os.unlink(tmp_path / segments[1].name)
    with pytest.raises(SpoolError, match=r"is gone"):
        content(spool)
    spool.close()
    with pytest.raises(SpoolError, match=r"lacks 64 bytes"):
        open_spool(tmp_path)


def test_places_that_are_not_in_the_spool_are_refused(tmp_path):
    spool = open_spool(tmp_path)
    for _ in range(3):
        spool.append(b"x" * 63 + b"\n", 1)
    spool.trim(64)
    for position in (64, 128, 192):
        spool.check(position)
    with pytest.raises(SpoolError, match=r"is 1 bytes ahead of the spool"):
        spool.check(193)
    with pytest.raises(SpoolError, match=r"goes back 64 bytes before what"):
        spool.check(0)
    with pytest.raises(SpoolError, match=r"byte 130 .* is not at a line's end"):
        spool.check(130)
    spool.close()


def test_lines_without_their_identity_are_refused(tmp_path):
    spool = open_spool(tmp_path)
    spool.append(b"x\n", 1)
    spool.close()
    os.unlink(tmp_path / IDENTITY)
    with pytest.raises(SpoolError, match=rf"its {IDENTITY} is missing"):
        open_spool(tmp_path)
    (tmp_path / IDENTITY).write_text('{"format": 99, "spool": "a"}')
    with pytest.raises(SpoolError, match=r"not of a spool this version knows"):
        open_spool(tmp_path)


def test_a_full_disk_leaves_whole_lines_and_says_so(tmp_path, monkeypatch):
    spool = open_spool(tmp_path, file_bytes=1000)
    spool.append(b"one\n", 1)
    real = os.pwrite

    def full(descriptor, data, offset):
        if offset > 10:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(descriptor, data[:3], offset)  # as much as still fits

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(SpoolError, match=r"the disk of the spool .* is full .* maxSpoolBytes"):
        spool.append(b"two\nthree\n", 2)
    monkeypatch.undo()
    assert content(spool) == b"one\n"
    assert list_segments(tmp_path)[0].size == 4
    spool.append(b"two\n", 1)
    spool.close()
    again = open_spool(tmp_path, file_bytes=1000)
    assert content(again) == b"one\ntwo\n"
    again.close()


@pytest.mark.parametrize(
    ("durability", "forced"), [("none", [0, 0, 0]), ("batch", [0, 1, 1]), ("always", [1, 1, 2])]
)
def test_when_each_durability_forces_to_disk(tmp_path, monkeypatch, durability, forced):
    calls = []
    real = writer_module.force

    def force(descriptor):
        calls.append(descriptor)
        real(descriptor)

    monkeypatch.setattr(writer_module, "force", force)
    spool = open_spool(tmp_path, file_bytes=1000, durability=durability)
    spool.append(b"one\n", 1)
    seen = [len(calls)]
    if durability == "batch":  # as the source does before a batch names what was received
        spool.sync()
        spool.sync()
    seen.append(len(calls))
    if durability != "batch":
        spool.append(b"two\n", 1)
    seen.append(len(calls))
    assert seen == forced
    spool.close()


def test_what_a_killed_process_had_written_is_forced_before_it_is_named(tmp_path, monkeypatch):
    spool = open_spool(tmp_path, durability="batch")
    spool.append(b"one\n", 1)
    spool.close()
    calls = []
    monkeypatch.setattr(writer_module, "force", calls.append)
    open_spool(tmp_path, durability="batch").close()
    assert len(calls) == 1


def test_room_ends_at_the_limit_and_comes_back_with_trimming(tmp_path):
    spool = open_spool(tmp_path, file_bytes=16, max_bytes=64)
    while spool.wait_for_room(0.0):
        spool.append(b"x" * 15 + b"\n", 1)
    assert spool.size == 64
    spool.let_one_more_in()
    spool.let_one_more_in()
    assert spool.wait_for_room(0.0)
    spool.append(b"y" * 15 + b"\n", 1)
    assert not spool.wait_for_room(0.0)
    spool.trim(spool.end.position)
    assert spool.size == 16  # the last file stays
    assert spool.wait_for_room(0.0)
    spool.let_one_more_in()  # there is room: nothing to grant
    while spool.wait_for_room(0.0):
        spool.append(b"x" * 15 + b"\n", 1)
    assert spool.size == 64
    spool.close()


def test_a_directory_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SpoolError, match=r"cannot be made or written"):
        open_spool(tmp_path / "file" / "spool")
