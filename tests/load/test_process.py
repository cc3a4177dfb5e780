"""The generator process against real sockets."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import psutil
import pytest

from bench.load.config import LoadConfig
from bench.load.content.payload import Payload
from bench.load.errors import ListenError, LoadError, PortInUse, ReplayError
from bench.load.sending.process import LoadProcess, environment
from bench.load.timing.arrivals import parse_arrivals

from .readers import Reader, until

AHEAD_S = 0.1


def started(load, **reader):
    """Readers on all streams of a generator, which then goes."""
    readers = [Reader(port, **reader) for port in load.listen()]
    accepted = load.wait_accepted(10)
    assert sorted(one.stream for one in accepted) == list(range(len(readers)))
    load.go(time.time() + AHEAD_S)
    return readers


def polled(load):
    load.poll()
    return load


@pytest.mark.parametrize(
    "config",
    [
        LoadConfig(20_000, streams=2, seed=4),
        LoadConfig(
            20_000,
            parse_arrivals("bursts:factor=5,every=200ms,for=50ms,poisson=yes"),
            Payload(120, spread=0.3, keys=50, skew=1.0),
            streams=2,
            seed=4,
        ),
    ],
)
def test_every_record_arrives_once_and_in_order(config):
    with LoadProcess(config) as load:
        readers = started(load)
        report = load.stop(after_s=0.6)
        assert load.stop() == report
        lag = load.lag(0.1, 0.5)
        load.close_connections()
        received = [reader.join() for reader in readers]
    intended = [schedule.count_before(0.6) for schedule in config.schedules()]
    assert list(report.sent_records) == intended
    for lines, data, records, sent_bytes in zip(
        config.lines(), received, report.sent_records, report.sent_bytes, strict=True
    ):
        assert data == bytes(lines.block(0, records))
        assert sent_bytes == len(data) - records == lines.total_bytes(0, records)
    assert report.torn == (False, False)
    assert 0.6 <= report.elapsed_s < 10
    assert load.t0 < report.last_sent_at < load.t0 + report.elapsed_s
    window = [s.count_before(0.5) - s.count_before(0.1) for s in config.schedules()]
    assert (lag.n, lag.undelivered, lag.stride) == (sum(window), 0, 1)
    assert 0 < lag.total_s.p50 <= lag.total_s.p99 <= lag.total_s.max
    assert lag.offered_per_s == pytest.approx(sum(window) / 0.4)


def test_no_record_is_sent_before_its_time():
    config = LoadConfig(2000, parse_arrivals("poisson"), Payload(stamp=True), seed=8)
    with LoadProcess(config) as load:
        (reader,) = started(load)
        report = load.stop(after_s=0.5)
        load.close_connections()
        data = reader.join()
    stamps = [int(line.split()[1]) for line in data.splitlines()]
    assert len(stamps) == report.sent_records[0] > 900
    seen, early = 0, []
    for chunk, at in zip(reader.chunks, reader.times, strict=True):
        lines = chunk.count(b"\n")
        early += [stamp for stamp in stamps[seen : seen + lines] if stamp > at * 1e6 + 100]
        seen += lines
    assert early == []


def test_a_slow_reader_is_blocked_not_starved():
    config = LoadConfig(20_000, payload=Payload(1000))
    with LoadProcess(config) as load:
        (reader,) = started(load, reading=False, receive_buffer=4096)

        def behind():
            at = polled(load).progress
            return at is not None and at.intended_records - at.sent_records > 10_000

        until(behind)
        reader.reading.set()
        until_s = time.time() - load.t0
        report = load.stop(after_s=until_s)
        lag = load.lag(0, until_s)
        load.close_connections()
        assert reader.join().count(b"\n") == report.sent_records[0]
    assert report.sent_records[0] == config.schedules()[0].count_before(until_s)
    assert report.blocked_s[0] > 0.4
    assert lag.total_s.max > 0.4
    # On an idle machine it is a hundred times; a busy one does starve the generator.
    assert lag.blocked_s.p50 > 2 * lag.starved_s.p50
    assert lag.blocked_s.max == pytest.approx(lag.total_s.max, rel=0.3)


def test_a_stop_at_once_completes_the_record():
    config = LoadConfig(100, payload=Payload(3_000_000))
    with LoadProcess(config) as load:
        (reader,) = started(load, reading=False, receive_buffer=4096)
        # The first record is due, and its 3 MB fit no buffer.
        until(lambda: time.time() > load.t0 + 0.05)
        reader.reading.set()
        report = load.stop()
        load.close_connections()
        data = reader.join()
    records = report.sent_records[0]
    assert report.torn == (False,)
    assert records >= 1
    assert data == config.lines()[0].block(0, records)


def test_a_reader_that_takes_nothing_cannot_hold_up_a_stop():
    config = LoadConfig(100, payload=Payload(3_000_000))
    with LoadProcess(config) as load:
        (reader,) = started(load, reading=False, receive_buffer=4096)
        with pytest.raises(LoadError, match="did not stop within"):
            load.stop(after_s=0.5, timeout_s=0.2)
        report = load.stop()
        assert report.torn == (True,)
        assert report.sent_records == (0,)
        assert load.lag(0, 0.5).undelivered == config.schedules()[0].count_before(0.5)
        reader.leave()


def test_a_reader_that_leaves_is_an_event():
    errors = subprocess.PIPE
    with LoadProcess(LoadConfig(5000, streams=2), stderr=errors) as load:
        stays, leaves = started(load)
        until(lambda: leaves.chunks)
        leaves.leave()
        until(lambda: polled(load).peers_closed)
        (closed,) = load.peers_closed
        assert closed.stream == 1
        assert closed.reason
        sent = stays.data.count(b"\n")
        until(lambda: stays.data.count(b"\n") > sent)
        report = load.stop()
        assert report.sent_records[1] == closed.sent_records
        load.close_connections()
        assert stays.join().count(b"\n") == report.sent_records[0]
        process = load._process
        load.close()
        assert process.stderr.read() == b""
        process.stderr.close()


def test_a_stream_has_one_reader():
    with LoadProcess(LoadConfig(1000)) as load:
        (reader,) = started(load)
        with pytest.raises(ConnectionRefusedError):
            Reader(load.ports[0])
        load.close_connections()
        reader.join()


def test_a_file_is_sent_as_it_is(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_bytes(b"one\r\n\nthree \xff\0\rfour")
    config = LoadConfig(1000, replay=str(path))
    with LoadProcess(config) as load:
        (reader,) = started(load)
        report = load.stop(after_s=0.0105)
        load.close_connections()
        data = reader.join()
    assert data == b"one\n\nthree \xff\0\nfour\n" * 2 + b"one\n\nthree \xff\0\n"
    assert report.sent_records == (11,)
    assert report.sent_bytes == (2 * (3 + 0 + 10 + 4) + 3 + 0 + 10,)


def test_the_generator_ends_with_its_input():
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "bench.load"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment(),
    )
    process.stdin.write(json.dumps(LoadConfig(1000).to_dict()).encode() + b"\n")
    process.stdin.flush()
    event = json.loads(process.stdout.readline())
    reader = Reader(event["ports"][0])
    process.stdin.write(json.dumps({"command": "go", "t0": time.time()}).encode() + b"\n")
    process.stdin.flush()
    until(lambda: reader.chunks or process.stdout.readline() == b"")
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()
    reader.join()


def test_a_killed_parent_leaves_no_generator():
    script = (
        "import time; from bench.load.sending.process import LoadProcess; "
        "from bench.load.config import LoadConfig; load = LoadProcess(LoadConfig()); "
        "load.listen(); print(load.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, env=environment()
    )
    generator = psutil.Process(int(parent.stdout.readline()))
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait(10)
    parent.stdout.close()
    until(lambda: not generator.is_running() or generator.status() == psutil.STATUS_ZOMBIE)


def test_configurations_that_cannot_be(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for config, error, part in (
            (LoadConfig(ports=(port,)), PortInUse, f"port {port}"),
            (LoadConfig(host="no.such.host.invalid"), ListenError, "does not resolve"),
            (LoadConfig(ports=(70_000,)), ListenError, "out of range"),
            (LoadConfig(replay=str(tmp_path / "none")), ReplayError, "no such file"),
            (LoadConfig(cpus=(4095,)), LoadError, "cannot run on CPUs"),
        ):
            with LoadProcess(config) as load, pytest.raises(error, match=part):
                load.listen()


def test_commands_out_of_order():
    with LoadProcess(LoadConfig(100)) as load:
        load.listen()
        with pytest.raises(LoadError, match="not started"):
            load.stop()
        with pytest.raises(LoadError, match="had no reader within"):
            load.wait_accepted(0.05)
        with pytest.raises(RuntimeError, match="engine died"):
            load.wait_accepted(5, check=lambda: (_ for _ in ()).throw(RuntimeError("engine died")))
        load.go(time.time())
        with pytest.raises(LoadError, match="have no reader"):
            load.stop()


def test_a_generator_that_died_is_told_at_once():
    with LoadProcess(LoadConfig(100)) as load:
        load.listen()
        os.kill(load.pid, signal.SIGKILL)
        with pytest.raises(LoadError, match="has ended"):
            load.wait_accepted(20)
        with pytest.raises(LoadError, match="has ended"):
            load.poll()
    load.close()
    load.close()


def test_a_decoy_named_bench_is_not_taken(tmp_path, monkeypatch):
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "__init__.py").write_text("raise SystemExit('decoy')")
    monkeypatch.chdir(tmp_path)
    with LoadProcess(LoadConfig()) as load:
        assert len(load.listen()) == 1
