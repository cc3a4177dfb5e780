"""What really kills and fills, on processes and file systems made for it."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from bench.faults.inject import mounts
from bench.faults.inject.executors import NobodyToKill, connected_to, kill_one
from bench.faults.inject.kill import kill_marked, kill_tree
from bench.process.executors import executors
from bench.process.spawn import MARK, new_token

#: A process that says when it is there, with the words it is given as its command line.
PARENT = """
import socket, subprocess, sys
kept = [subprocess.Popen([sys.executable, "-c", sys.argv[1], *words.split(",")], stdout=-1)
        for words in sys.argv[2:]]
print(*(one.stdout.readline().decode().strip() for one in kept), flush=True)
sys.stdin.read()
"""
CHILD = """
import os, socket, sys, time
port = int(sys.argv[2])
there = socket.create_connection(("127.0.0.1", port)) if port else None
print(os.getpid(), flush=True)
time.sleep(600)
"""


@pytest.fixture
def family(tmp_path) -> Iterator[tuple[subprocess.Popen[str], list[int], int, str]]:
    """A driver with two executors, of which the second holds a connection; pids, port, mark."""
    token = new_token()
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        words = [f"org.apache.spark.executor.CoarseGrainedExecutorBackend,{n}" for n in (0, port)]
        parent = subprocess.Popen(
            [sys.executable, "-c", PARENT, CHILD, *words, "other.Class,0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, MARK: token},
            start_new_session=True,
        )
        assert parent.stdout is not None
        pids = [int(word) for word in parent.stdout.readline().split()]
        yield parent, pids, port, token
        kill_tree(parent.pid)
        for pid in pids:
            kill_tree(pid)
        parent.communicate()


def gone(pid: int) -> bool:
    """Whether the process has ended, or does so within some seconds."""
    try:
        psutil.Process(pid).wait(timeout=2)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        # Its parent is alive and has not asked after it.
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_a_driver_dies_with_all_it_started_but_the_one_to_be_spared(family):
    parent, pids, _port, token = family
    bystander = subprocess.Popen(["sleep", "600"], env={**os.environ, MARK: token})
    try:
        kill_marked(token, parent.pid, bystander.pid)
        assert parent.wait(5) == -9
        assert all(gone(pid) for pid in pids)
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


def test_executors_are_told_from_others_and_by_the_connection_they_hold(family):
    parent, pids, port, _token = family
    assert executors([parent.pid]) == sorted(
        pids[:2], key=lambda p: psutil.Process(p).create_time()
    )
    assert connected_to(pids, [port]) == [pids[1]]
    assert kill_one("kill-executor", [parent.pid], [], [port]) == pids[0]
    assert kill_one("kill-receiver", [parent.pid], [], [port]) == pids[1]
    assert gone(pids[0])
    assert gone(pids[1])
    assert psutil.Process(pids[2]).status() != psutil.STATUS_ZOMBIE


def test_nobody_to_kill_is_said(family):
    parent, pids, _port, _token = family
    with pytest.raises(NobodyToKill, match="kill-worker"):
        kill_one("kill-worker", [parent.pid], [], [])
    assert kill_one("kill-worker", [], [pids[2]], []) == pids[2]
    assert gone(pids[2])


#: Tries to write a file at each line of its input, and says how that went.
WRITER = """
import os, sys
for line in sys.stdin:
    try:
        with open(os.path.join(sys.argv[1], line.strip()), "wb") as file:
            file.write(b"x" * 4096)
        print(0, flush=True)
    except OSError as problem:
        print(problem.errno, flush=True)
"""


def test_a_volume_is_taken_away_and_given_back_and_nobody_else_sees_it(tmp_path):
    if (reason := mounts.why_not()) is not None:
        pytest.skip(reason)
    folder: Path = tmp_path / "checkpoint"
    command = mounts.file_systems_apart("checkpoint-full:at=1s,for=1s")
    process = subprocess.Popen(
        [*command, sys.executable, "-c", WRITER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None

    def write(name: str) -> int:
        process.stdin.write(name + "\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    try:
        assert write("too-early") == errno.ENOENT
        volume = mounts.Volume(process.pid, folder, 1 << 20)
        assert write("first") == 0
        volume.full(True)
        assert write("second") == errno.ENOSPC
        volume.full(False)
        assert write("third") == 0
        volume.read_only(True)
        assert write("fourth") == errno.EROFS
        volume.read_only(False)
        assert write("fifth") == 0
        assert list(folder.iterdir()) == [], "it is mounted for that process alone"
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def test_other_faults_need_no_file_system():
    for fault in ("none", "stall:at=1s,for=1s", "kill-driver:at=1s"):
        assert mounts.file_systems_apart(fault) == ()
