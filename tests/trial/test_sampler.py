"""What a trial's processes used, with the short-lived ones that nobody saw alive."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bench.trial.sampler import Sampler

BURN = "import time\nwhile time.process_time() < 0.3: pass"
#: Starts a process that ends and is waited for, and lives on.
PARENT = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}])
print("ended", flush=True)
input()
"""
#: Starts the same under the name of a JVM.
DRIVER = """
import subprocess, sys
subprocess.run([sys.argv[1], "-c", sys.argv[2]])
"""


@pytest.fixture
def started():
    processes = []

    def start(*arguments):
        command = [sys.executable, "-c", *arguments]
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        assert process.stdout.readline() == "ended\n"
        return process

    yield start
    for process in processes:
        process.communicate("\n")


def test_the_driver_s_helpers_are_the_driver_s(started):
    assert Sampler(started(PARENT).pid).sample().driver_s >= 0.3


def test_the_helpers_of_a_jvm_are_the_jvm_s(started, tmp_path):
    java = tmp_path / "java"
    java.symlink_to(sys.executable)
    seen = Sampler(started(DRIVER, str(java), PARENT).pid).sample()
    assert seen.jvm_s >= 0.3
    assert seen.workers_s == 0
