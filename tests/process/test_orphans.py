"""Every process of a trial is found and ended, wherever it has gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from bench.process.orphans import end_all, marked
from bench.process.spawn import Child, new_token, spawn

# Each program says READY once it has done what it is for, so that no test has to wait by the clock.
PLAIN = "print('READY', flush=True); import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN);" + PLAIN
# What pyspark's daemon does: a child in a process group of its own, here one that outlives its
# parent and has a session of its own besides.
LEAVER = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print(f"READY {os.getpid()}", flush=True)
        time.sleep(600)
    os._exit(0)
os.wait()
"""
STUBBORN = """
import os, signal, time
def again(*_):
    if os.fork() == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        time.sleep(600)
signal.signal(signal.SIGTERM, again)
print("READY", flush=True)
while True:
    time.sleep(600)
"""


def start(program: str, token: str, tmp_path: Path) -> tuple[Child, str]:
    child = spawn(
        [sys.executable, "-c", program],
        token=token,
        temp_root=tmp_path,
        stdout=subprocess.PIPE,
    )
    assert child.popen.stdout is not None
    line = child.popen.stdout.readline().decode()
    assert line.startswith("READY")
    return child, line


def gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def reap(child: Child) -> int:
    assert child.popen.stdout is not None
    child.popen.stdout.close()
    return child.popen.wait(timeout=10)


def test_a_plain_process_ends_at_the_first_signal_and_keeps_its_exit_state(tmp_path):
    token = new_token()
    child, _ = start(PLAIN, token, tmp_path)
    ended = end_all(token)
    assert [process.pid for process in ended.found] == [child.pid]
    assert ended.killed == ended.left == ()
    assert reap(child) == -signal.SIGTERM


def test_a_process_deaf_to_sigterm_is_killed(tmp_path):
    token = new_token()
    child, _ = start(DEAF, token, tmp_path)
    ended = end_all(token, grace_s=0.2)
    assert [process.pid for process in ended.killed] == [child.pid]
    assert ended.left == ()
    assert reap(child) == -signal.SIGKILL


def test_no_grace_kills_at_once(tmp_path):
    token = new_token()
    child, _ = start(PLAIN, token, tmp_path)
    assert end_all(token, grace_s=0).left == ()
    assert reap(child) == -signal.SIGKILL


def test_a_grandchild_that_left_session_and_parent_is_found(tmp_path):
    token = new_token()
    child, line = start(LEAVER, token, tmp_path)
    pid = int(line.split()[1])
    assert reap(child) == 0
    assert os.getsid(pid) != child.pid
    assert [process.pid for process in marked(token)] == [pid]
    assert end_all(token).left == ()
    assert gone(pid)


def test_processes_born_while_ending_are_ended_too(tmp_path):
    token = new_token()
    child, _ = start(STUBBORN, token, tmp_path)
    ended = end_all(token, grace_s=0.5)
    assert ended.left == ()
    assert len(ended.found) >= 2
    assert marked(token) == []
    assert reap(child) == -signal.SIGKILL


def test_a_stopped_process_is_ended(tmp_path):
    token = new_token()
    child, _ = start(PLAIN, token, tmp_path)
    os.kill(child.pid, signal.SIGSTOP)
    # A signal to end that comes before the stop has taken hold would end it by itself.
    os.waitid(os.P_PID, child.pid, os.WSTOPPED | os.WNOWAIT)
    assert end_all(token, grace_s=0.2).left == ()
    assert reap(child) == -signal.SIGKILL


def test_other_marks_and_this_process_are_left_alone(tmp_path, monkeypatch):
    mine, other = new_token(), new_token()
    child, _ = start(PLAIN, other, tmp_path)
    try:
        assert end_all(mine).found == ()
        assert not gone(child.pid)
        assert child.pid in [process.pid for process in marked()]
        assert os.getpid() not in [process.pid for process in marked()]
    finally:
        end_all(other)
        reap(child)


def test_a_zombie_does_not_count(tmp_path):
    token = new_token()
    child, _ = start(PLAIN, token, tmp_path)
    child.popen.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert marked(token) == []
    assert end_all(token).found == ()
    assert reap(child) == -signal.SIGKILL


def test_nothing_to_end_returns_at_once():
    ended = end_all(new_token(), grace_s=60, kill_wait_s=60)
    assert ended.found == ended.killed == ended.left == ()
