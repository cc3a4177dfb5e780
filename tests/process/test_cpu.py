"""The CPU time of a process, held against what the process says itself."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from bench.process.cpu import process_cpu_s

BUSY = """
import threading, time
def work():
    until = time.thread_time() + 0.15
    while time.thread_time() < until: pass
thread = threading.Thread(target=work); thread.start(); thread.join()
print(time.process_time(), flush=True)
input()
"""


def test_it_is_what_the_process_says_with_threads_that_have_ended():
    child = subprocess.Popen(
        [sys.executable, "-c", BUSY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    own = float(child.stdout.readline())
    seen = process_cpu_s(psutil.Process(child.pid))
    child.communicate("\n")
    assert own >= 0.15
    assert seen == pytest.approx(own, abs=0.02)


def test_a_process_that_is_gone_is_an_error_a_caller_can_name():
    child = subprocess.Popen([sys.executable, "-c", ""])
    process = psutil.Process(child.pid)
    child.wait()
    with pytest.raises((psutil.Error, OSError)):
        process_cpu_s(process)
