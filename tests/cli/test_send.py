"""send: a server for whoever connects."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from types import SimpleNamespace

import pytest

from bench.cli.actions.send import Teller, summary_words


@pytest.fixture
def server(environ, folder):
    """Start ``sparkbench send``; gives the process and the port it listens on."""
    started = []

    def start(*arguments):
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.cli", "send", "--port", "0", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=folder,
            env=environ,
        )
        started.append(process)
        line = process.stdout.readline()
        found = re.fullmatch(r"listening on 127\.0\.0\.1:(\d+); Ctrl-C ends\n", line)
        assert found, line
        return process, int(found[1])

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def read_all(port):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        return connection.makefile("rb").read()


def test_lines_come_until_the_time_is_over(server):
    process, port = server("--rate", "1000", "--duration", "500ms", "--payload-bytes", "50")
    lines = read_all(port).split(b"\n")
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0
    assert err == ""
    assert lines.pop() == b""
    assert len(lines) == 500
    assert {len(line) for line in lines} == {50}
    said = out.splitlines()
    assert said[0].startswith("connected: ")
    assert said[1] == "complete: 500 lines"
    assert said[2].startswith("sent 500 lines (25000 bytes) to 1 reader in ")


def test_a_file_is_sent_as_it_is(server, folder):
    (folder / "lines.txt").write_text("eins\nzwei\n")
    process, port = server(
        "--rate", "100", "--duration", "100ms", "--replay", str(folder / "lines.txt")
    )
    assert read_all(port).splitlines()[:4] == [b"eins", b"zwei", b"eins", b"zwei"]
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_a_file_comes_at_its_own_pace(server, folder):
    (folder / "lines.txt").write_text("".join(f"17000000{k:02d} line\n" for k in range(11)))
    process, port = server(
        *("--replay", str(folder / "lines.txt"), "--replay-speed", "50", "--duration", "190ms")
    )
    # A line a second, 50 times as fast: those of 0 to 180 ms.
    assert len(read_all(port).splitlines()) == 10
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_lines_have_keys_and_sizes_as_asked(server):
    process, port = server(
        *("--rate", "2000", "--duration", "500ms", "--keys", "3", "--skew", "1"),
        *("--payload-bytes", "60", "--payload-spread", "0.5", "--arrivals", "poisson"),
    )
    lines = read_all(port).splitlines()
    process.communicate(timeout=30)
    assert len(lines) > 500
    assert {line.split()[1] for line in lines} == {b"k000000", b"k000001", b"k000002"}
    assert min(map(len, lines)) >= 30
    assert max(map(len, lines)) <= 90
    assert len({len(line) for line in lines}) > 30


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_with_a_summary(server, number):
    process, port = server("--rate", "1000")
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
        assert connection.recv(10)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == ""
    assert re.match(r"sent \d+ lines ", out.splitlines()[-1])


def test_ctrl_c_before_anybody_came_says_so(server):
    process, _port = server()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (130, "nobody connected, nothing sent\n", "")


def test_a_terminal_sees_the_count_rewritten_in_place(capsys):
    teller = Teller("127.0.0.1", terminal=True)
    teller({"event": "progress", "at": 0.0, "sent_records": 10})
    teller({"event": "peer_closed", "stream": 0, "reason": "closed", "sent_records": 12})
    assert capsys.readouterr().out == (
        "\rsent 10 lines \r\x1b[Kthe reader left (closed) after 12 lines\n"
    )


def test_several_readers_are_summed_up():
    summary = SimpleNamespace(
        readers=2, sent_records=20, sent_bytes=200, connected_s=2.0, rate_per_s=10.0, lag=None
    )
    assert summary_words(summary) == "sent 20 lines (200 bytes) to 2 readers in 2.0 s, 10/s"
