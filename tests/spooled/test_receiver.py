"""The receiver on real sockets: connections that come, go, break and say too much."""

from __future__ import annotations

import errno
import os
import socket
import threading

import pytest

from structured.spooled import SpoolError
from structured.spooled.receiver import Receiver, connect
from structured.spooled.spool import Spool
from structured.spooled.status import DEAD, FULL, READING, WAITING, read_status
from tests.spooled.peers import Server, options, until


class Station:
    """A receiver with its spool, ended with the test."""

    def __init__(self, folder, port, **changes) -> None:
        self.options = options(folder, port, **changes)
        self.folder = folder
        self.spool = Spool(
            folder,
            file_bytes=self.options.file_bytes,
            max_bytes=self.options.max_spool_bytes,
            durability=self.options.durability,
        )
        self.receiver = Receiver(self.spool, self.options)
        self.receiver.start()

    @property
    def content(self) -> bytes:
        spool = self.spool
        return b"".join(spool.read(spool.start.position, spool.end.position))

    def status(self):
        return read_status(self.folder)

    def expect(self, content: bytes) -> None:
        until(lambda: self.spool.end.position >= len(content), "receiving")
        assert self.content == content

    def expect_status(self, field: str, value: int) -> None:
        until(lambda: getattr(self.status(), field) == value, field)

    def failure(self) -> str:
        until(lambda: (s := self.status()) and s.state == DEAD, "giving up")
        with pytest.raises(SpoolError) as told:
            self.receiver.check()
        assert self.status().error == str(told.value)
        return str(told.value)


@pytest.fixture
def station(tmp_path):
    made = []

    def make(port, **changes):
        made.append(Station(tmp_path / "spool", port, **changes))
        return made[-1]

    yield make
    for one in made:
        one.receiver.stop()
        one.spool.close()


def test_lines_are_received_as_they_come(station):
    with Server() as server:
        one = station(server.port)
        peer = server.accept()
        peer.send(b"a\nb")
        one.expect(b"a\n")
        peer.send(b"c\r\nd\r")
        one.expect(b"a\nbc\nd\n")
        assert one.spool.end.records == 3
        assert one.status().state == READING
        peer.close()


def test_a_fragment_at_a_clean_end_is_a_line(station):
    with Server() as server:
        one = station(server.port)
        peer = server.accept()
        peer.send(b"a\nlast words")
        peer.close()
        one.expect(b"a\nlast words\n")
        until(lambda: one.status().ended == 1)
        peer = server.accept()
        peer.send(b"b\n")
        one.expect(b"a\nlast words\nb\n")
        assert one.status().fragments == 0
        peer.close()


def test_a_fragment_at_a_reset_is_counted_aside_and_joined_to_nothing(station):
    with Server() as server:
        one = station(server.port)
        for number in (1, 2):
            peer = server.accept()
            peer.send(b"whole\ntorn")
            one.expect(b"whole\n" * number)
            peer.reset()
            one.expect_status("reset", number)
            assert (one.status().fragments, one.status().fragment_bytes) == (number, 4 * number)
        peer = server.accept()
        peer.send(b" apart\n")
        one.expect(b"whole\nwhole\n apart\n")
        assert one.status().ended == 0


def test_the_count_of_fragments_outlives_the_process(station):
    with Server() as server:
        one = station(server.port)
        peer = server.accept()
        peer.send(b"whole\ntorn")
        one.expect(b"whole\n")
        # A receiver that is stopped throws away what it has of a line.
        until(lambda: one.receiver._framer.fragment == 4)
        one.receiver.stop()
        one.spool.close()
        again = station(server.port)
        peer = server.accept()
        peer.send(b"next\n")
        again.expect(b"whole\nnext\n")
        assert (again.status().fragments, again.status().fragment_bytes) == (1, 4)


def test_it_waits_for_a_server_that_comes_later_and_comes_back(station):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    one = station(port)
    until(lambda: one.status(), "the first attempt")
    with Server(port) as server:
        peer = server.accept()
        peer.send(b"first\n")
        one.expect(b"first\n")
    peer.close()
    until(lambda: one.status().state == WAITING)
    with Server(port) as server:
        peer = server.accept()
        peer.send(b"second\n")
        one.expect(b"first\nsecond\n")
    peer.close()
    one.receiver.check()


def test_nobody_there_in_time_is_a_failure(station):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    one = station(port, connect_timeout_s=0.2)
    assert "no connection to 127.0.0.1:" in one.failure()
    assert "within 200ms" in one.failure()
    assert "refused" in one.failure()


def test_a_line_that_is_too_long_is_a_failure(station):
    with Server() as server:
        one = station(server.port, max_line_bytes=1000)
        peer = server.accept()
        peer.send(b"good\n")
        one.expect(b"good\n")
        peer.send(b"x" * 2000)
        assert "a line of more than 1000 bytes: raise maxLineBytes" in one.failure()
        assert one.content == b"good\n"


def test_a_full_disk_is_a_failure(station, monkeypatch):
    with Server() as server:
        one = station(server.port)
        peer = server.accept()
        peer.send(b"good\n")
        one.expect(b"good\n")

        def full(*_anything):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(os, "pwrite", full)
        peer.send(b"too much\n")
        assert "the disk of the spool" in one.failure()


def test_anything_else_that_ends_the_receiver_is_a_failure(station, monkeypatch):
    with Server() as server:
        one = station(server.port)
        peer = server.accept()
        peer.send(b"good\n")
        one.expect(b"good\n")
        monkeypatch.setattr(one.spool, "append", lambda *_: 1 / 0)
        peer.send(b"bad\n")
        assert "failed: ZeroDivisionError" in one.failure()


def test_a_full_spool_makes_the_server_wait(station):
    line = b"x" * 999 + b"\n"
    limit = 256 * 1024
    with Server() as server:
        one = station(server.port, max_spool_bytes=limit, segment_bytes=16 * 1024)
        peer = server.accept()
        sent = [0]
        done = threading.Event()
        total = 40_000_000  # more than the buffers of the kernel take

        def send() -> None:
            while sent[0] < total:
                sent[0] += peer.socket.send(line[sent[0] % 1000 :])
            done.set()

        threading.Thread(target=send, daemon=True).start()
        until(lambda: (s := one.status()) and s.state == FULL, "filling the spool")
        # Standing still can only be seen over some time; what is claimed is the bound.
        until(lambda: _still(sent), "the server's waiting")
        assert not done.is_set()
        assert one.spool.size <= limit + (1 << 20)

        def handed_out() -> bool:
            one.spool.trim(one.spool.end.position)
            one.spool.let_one_more_in()
            return one.spool.end.position >= total

        until(handed_out, "receiving the rest")
        assert done.wait(30)
        one.receiver.check()
        assert one.spool.end.records == total // 1000
        peer.close()


def _still(sent) -> bool:
    now = sent[0]
    threading.Event().wait(0.2)
    return sent[0] == now


def test_a_connection_to_itself_is_none():
    """The kernel may choose for our end the very port that nobody listens at any more."""
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("127.0.0.1", 0))
        one.connect(one.getsockname())  # this is what happens then
        assert one.getsockname() == one.getpeername()
        address = one.getsockname()

    class Same:
        """The attempt that would meet itself once in some ten thousand times."""

        @staticmethod
        def create_connection(where, timeout):
            again = socket.socket()
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(where)
            again.connect(where)
            return again

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "create_connection", Same.create_connection)
        with pytest.raises(ConnectionRefusedError):
            connect(*address)
