"""The job as a person runs it: netcat, lines typed, Ctrl-C, a server that goes away."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.process.ports import free_port
from bench.runtime.java import java_environment
from tests.line_server import LineServer, unanswering_port
from tests.long import LONG

pytestmark = pytest.mark.slow

#: The three ways to run it, over the two APIs.
WAYS = {
    "structured": [sys.executable, "-m", "structured"],
    "dstream": [sys.executable, "-m", "bench.cli", "run", "dstream"],
    "dstream-jvm": [sys.executable, "-m", "bench.cli", "run", "dstream:path=jvm"],
}
SAID = re.compile(r"Traceback|\tat |Exception in thread")


class Job:
    """A running job, its words collected as they come."""

    def __init__(self, command: list[str], environ: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, **java_environment(), **environ},
            start_new_session=True,
        )
        self.out = ""
        self.err = ""
        self._threads = [
            threading.Thread(target=self._collect, args=args, daemon=True)
            for args in (("out", self.process.stdout), ("err", self.process.stderr))
        ]
        for thread in self._threads:
            thread.start()

    def _collect(self, name: str, pipe) -> None:
        for line in pipe:
            setattr(self, name, getattr(self, name) + line)

    def until(self, text: str, timeout_s: float = 120) -> None:
        deadline = time.monotonic() + timeout_s
        while text not in self.out + self.err:
            assert time.monotonic() < deadline, f"{text!r} did not come: {self.out}{self.err}"
            assert self.process.poll() is None, f"ended early: {self.out}{self.err}"
            time.sleep(0.05)

    def end(self, timeout_s: float) -> int:
        code = self.process.wait(timeout_s)
        for thread in self._threads:
            thread.join(10)
        return code

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)


@pytest.fixture
def netcat(require) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    process = subprocess.Popen(
        [require("netcat"), "-lk", "127.0.0.1", str(port)], stdin=subprocess.PIPE
    )
    try:
        yield process, port
    finally:
        process.kill()
        process.wait()
        assert process.stdin is not None
        process.stdin.close()


def type_line(netcat: subprocess.Popen[bytes], line: str) -> None:
    assert netcat.stdin is not None
    netcat.stdin.write(line.encode() + b"\n")
    netcat.stdin.flush()


def gone(processes: list[psutil.Process], timeout_s: float = 15) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=timeout_s)
    return not alive


@pytest.mark.parametrize("way", ["structured", "dstream"])
def test_typed_lines_appear_and_the_servers_end_ends_the_job(way, netcat, spark_environ):
    process, port = netcat
    arguments = ["--port", str(port), "--trigger", "500ms", "--exit-on-close", "--rows", "100"]
    job = Job([*WAYS[way], *arguments], spark_environ)
    job.until("connected to")
    for line in ("hello wörld", "a second line, longer than the twenty characters of the default"):
        type_line(process, line)
        job.until(line)
    for i in range(30):
        type_line(process, f"final {i}")
    # What netcat has been given it must have sent before it is killed.
    deadline = time.monotonic() + 10
    while _unsent(port) and time.monotonic() < deadline:
        time.sleep(0.05)
    job.until("final 0")
    process.kill()
    assert job.end(60) == 0, job.err
    assert "closed the connection" in job.err
    shown = set(re.findall(r"final \d+", job.out))
    assert shown == {f"final {i}" for i in range(30)}
    if way == "structured":
        assert job.out.startswith("isStreaming: True\nroot\n |-- value: string")
    assert not SAID.search(job.out + job.err), job.out + job.err


def _unsent(port: int) -> bool:
    """Whether netcat's socket still holds bytes its peer has not taken."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].split(":")[1], 16) == port and fields[4] != "00000000:00000000":
            return True
    return False


@pytest.mark.parametrize("way", ["structured", "dstream", *(["dstream-jvm"] if LONG else [])])
def test_ctrl_c_ends_it_within_seconds_and_leaves_nobody(way, netcat, spark_environ):
    process, port = netcat
    arguments = ["--port", str(port), "--trigger", "1s", "--rows", "3"]
    job = Job([*WAYS[way], *arguments], spark_environ)
    job.until("connected to")
    type_line(process, "before the end")
    job.until("before the end")
    children = job.tree()
    assert any(child.name() == "java" for child in children)
    began = time.monotonic()
    os.killpg(job.process.pid, signal.SIGINT)
    assert job.end(20) == 130
    assert time.monotonic() - began < 15
    assert gone(children)
    assert not SAID.search(job.out + job.err), job.out + job.err


@pytest.mark.parametrize("way", ["structured", "dstream"])
def test_told_to_end_it_writes_first_what_it_has_received(way, require, spark_environ, tmp_path):
    require("java")
    stop_file = tmp_path / "stop"
    with LineServer() as server:
        arguments = ["--port", str(server.port), "--trigger", "2s", "--graceful-stop", "30s"]
        job = Job([*WAYS[way], *arguments, "--stop-file", str(stop_file)], spark_environ)
        job.until("connected to")
        children = job.tree()
        server.send(b"in time\n")
        time.sleep(0.5)
        if way == "dstream":
            # As whoever runs containers says it: to the driver alone.
            os.kill(job.process.pid, signal.SIGTERM)
        else:
            stop_file.touch()
        assert job.end(60) == (143 if way == "dstream" else 0), job.err
    assert "in time" in job.out
    assert "what was received is written" in job.err
    assert gone(children)
    assert not SAID.search(job.out + job.err), job.out + job.err


def test_nobody_listening_is_one_sentence_and_exit_3(spark_environ):
    port = free_port()
    job = Job([*WAYS["structured"], "--port", str(port)], spark_environ)
    assert job.end(120) == 3
    assert f"nothing accepts connections at 127.0.0.1:{port}" in job.err
    assert not SAID.search(job.out + job.err), job.out + job.err


def test_a_server_that_never_answers_is_one_sentence_and_exit_3(spark_environ):
    listener, waiting, port = unanswering_port()
    try:
        arguments = ["--port", str(port), "--connect-timeout", "3s"]
        job = Job([*WAYS["dstream"], *arguments], spark_environ)
        assert job.end(120) == 3
        assert f"no answer from 127.0.0.1:{port} within 3s" in job.err
        assert not SAID.search(job.out + job.err), job.out + job.err
    finally:
        for client in waiting:
            client.close()
        listener.close()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "0"], "--port: 0 is not between 1 and 65535"),
        (["--trigger", "soon"], "--trigger: 'soon' is not a duration"),
        (["--graceful-stop", "later"], "--graceful-stop: 'later' is not a duration"),
        (["--cores", "0"], "--cores: '0' is neither a number above 0 nor '*'"),
        (["--rows", "0"], "--rows: 0 is not a number of rows"),
        (["--conf", "novalue"], "--conf: 'novalue' is not of the form KEY=VALUE"),
        (["--job", "nope"], "'nope' is not known"),
    ],
)
def test_bad_arguments_are_one_sentence_and_exit_2(arguments, said):
    for package in ("structured", "legacy_dstream"):
        done = subprocess.run(
            [sys.executable, "-m", package, *arguments],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 2
        assert said in done.stderr
        assert len(done.stderr.strip().splitlines()) == 1
