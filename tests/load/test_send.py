"""What `sparkbench send` does, against real sockets."""

import socket
import threading

import pytest

from bench.load.config import LoadConfig
from bench.load.content.payload import Payload
from bench.load.errors import PortInUse
from bench.load.sending.send import send

from .readers import Reader, until


class Server:
    """`send` in a thread, with its events."""

    def __init__(self, **arguments):
        self.events = []
        self.stop = threading.Event()
        self.summary = None
        self._thread = threading.Thread(target=self._run, args=(arguments,), daemon=True)
        self._thread.start()
        until(lambda: self.told("listening"))
        self.ports = self.told("listening")[0]["ports"]

    def _run(self, arguments):
        self.summary = send(port=0, on_event=self.events.append, stop=self.stop, **arguments)

    def told(self, kind):
        return [event for event in self.events if event["event"] == kind]

    def end(self):
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.summary


def test_a_duration_is_sent_completely():
    server = Server(rate_per_s=2000, payload_bytes=40, duration_s=0.5, seed=3)
    data = Reader(server.ports[0]).join()
    summary = server.end()
    assert data == LoadConfig(2000, payload=Payload(40), seed=3).lines()[0].block(0, 1000)
    assert (summary.readers, summary.sent_records, summary.sent_bytes) == (1, 1000, 40_000)
    assert summary.connected_s >= 0.5
    assert summary.rate_per_s == pytest.approx(1000 / summary.connected_s)
    assert summary.lag.n == 1000
    assert [event["sent_records"] for event in server.told("completed")] == [1000]


def test_readers_are_served_one_after_the_other():
    server = Server(rate_per_s=2000)
    first = Reader(server.ports[0])
    until(lambda: first.chunks)
    second = Reader(server.ports[0])
    until(lambda: first.data.count(b"\n") > 200)
    assert not second.chunks
    first.leave()
    until(lambda: second.data.count(b"\n") > 200)
    assert second.data.startswith(b"000000000000 ")
    assert [event["stream"] for event in server.told("peer_closed")] == [0]
    server.stop.set()
    assert second.join().endswith(b"\n")
    summary = server.end()
    assert summary.readers == 2
    assert summary.sent_records >= first.data.count(b"\n") + second.data.count(b"\n")


def test_a_stop_without_readers():
    server = Server(streams=2)
    server.stop.set()
    summary = server.end()
    assert (summary.readers, summary.sent_records, summary.rate_per_s) == (0, 0, 0.0)
    assert summary.lag is None


def test_a_file_over_two_streams(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_bytes(b"a\nb\nc\nd\n")
    server = Server(rate_per_s=1000, duration_s=0.1, streams=2, replay=str(path))
    readers = [Reader(port) for port in server.ports]
    assert readers[0].join() == b"a\nc\n" * 25
    assert readers[1].join() == b"b\nd\n" * 25
    assert server.end().sent_records == 100


def test_stamps_are_of_each_readers_own_start():
    server = Server(rate_per_s=1000, duration_s=0.05, payload=Payload(60, stamp=True))
    data = Reader(server.ports[0]).join()
    server.end()
    stamps = [int(line.split()[1]) for line in data.splitlines()]
    assert len(stamps) == 50
    started = server.told("accepted")[0]["at"]
    assert stamps[0] == pytest.approx(started * 1e6, abs=500_000)
    assert stamps[-1] - stamps[0] == pytest.approx(49_000, abs=2)


def test_a_port_in_use():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"port {port} on 127.0.0.1 is in use") as caught:
            send(port=port)
    assert caught.value.exit_code == 3
