"""The doctor's judgement, and that it looks at this machine for real."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.document.terminal import print_parts
from bench.errors import EnvironmentProblem
from bench.machine import shape as machine
from bench.machine import software, steadiness
from bench.machine.checks import leftovers, run_doctor
from bench.machine.finding import Finding, exit_code, findings_grid
from bench.process.locks import Holder
from bench.process.orphans import Marked, end_all
from bench.process.spawn import new_token, spawn
from bench.runtime.cds import NOT_MADE, ClassArchive
from bench.runtime.inherited import Inherited

GIB = 1024**3


LATIN = "-Dfile.encoding=ISO-8859-1"


def no_java():
    raise EnvironmentProblem("No Java was found; install one.")


@pytest.mark.parametrize(
    ("finding", "state", "step"),
    [
        (software.java(no_java), "bad", "install one"),
        (software.spark(None, {}), "bad", "pip install"),
        (software.spark("4.3.0", {}), "ok", ""),
        (software.spark("4.1.2", {}), "warn", "4.3"),
        (software.spark("4.30.0", {}), "warn", "4.3"),
        (software.spark("4.3.0", {"SPARK_HOME": "/opt/spark"}), "ok", ""),
        (software.surroundings([], [], []), "ok", ""),
        (software.surroundings(["two collectors"], [], ["a=b"]), "bad", "refused"),
        (software.surroundings([], [], ["a=b (file)"]), "warn", "take them out"),
        (software.charset({"LC_ALL": "C", "LANG": "de_DE.UTF-8"}), "ok", ""),
        (
            software.charset({}, [Inherited("spark.driver.extraJavaOptions", LATIN, "/a/file")]),
            "warn",
            "take -Dfile.encoding out",
        ),
        # A variable of the JVM's comes before what trials ask for themselves.
        (software.charset({}, [Inherited("JAVA_TOOL_OPTIONS", LATIN, "environment")]), "ok", ""),
        (software.protobuf(None), "ok", ""),
        (software.python((3, 10, 9)), "bad", "3.11 to 3.13"),
        (software.python((3, 11, 0)), "ok", ""),
        (software.python((3, 13, 5)), "ok", ""),
        (software.python((3, 14, 0)), "bad", "3.11 to 3.13"),
        (software.pandas("2.3.3"), "ok", ""),
        (software.pandas("3.0.0"), "warn", "pandas<3"),
        (software.pandas(None), "bad", "pip install"),
        (software.pyarrow(None), "warn", "pip install pyarrow"),
        (software.archive(ClassArchive(Path("/a.jsa"))), "ok", ""),
        (software.archive(ClassArchive(None, NOT_MADE)), "warn", "doctor --prepare"),
        (software.archive(ClassArchive(None, "switched off")), "ok", ""),
        (machine.cores(1, 1), "warn", "2 or more"),
        (machine.cores(2, 8), "ok", ""),
        (machine.cores(8, 8, quota=1.5), "warn", "--cores at 1"),
        (machine.memory(8 * GIB, 16 * GIB), "ok", ""),
        (machine.memory(2 * GIB, 16 * GIB), "warn", "close other programs"),
        (machine.memory(GIB // 2, 16 * GIB), "bad", "close other programs"),
        (machine.memory(8 * GIB, 16 * GIB, limit_bytes=GIB // 2), "bad", "close"),
        (machine.disk("Disk", 100 * GIB, "/x"), "ok", ""),
        (machine.disk("Disk", GIB, "/x"), "warn", "free some space"),
        (machine.disk("Disk", 1000, "/x"), "bad", "free some space"),
        (machine.disk("Disk", None, "/x"), "bad", "--out"),
        (machine.disk("Temporary space", None, "/x"), "bad", "TMPDIR"),
        (machine.load(0.2, 2), "ok", ""),
        (machine.load(1.5, 2), "warn", "close what is running"),
        (machine.load(1.5, 8), "ok", ""),
        (machine.loopback("192.0.2.1"), "bad", "loopback"),
        (steadiness.clock(1e-5, 0.5, True, "tsc"), "ok", ""),
        (steadiness.clock(1e-5, 0.5, None, None), "ok", ""),
        (steadiness.clock(-0.5, 0.5, True, "tsc"), "warn", "settled"),
        (steadiness.clock(0, 0.5, True, "jiffies"), "warn", "tsc"),
        (steadiness.governor([]), "ok", ""),
        (steadiness.governor(["performance"] * 2), "ok", ""),
        (steadiness.governor(["performance", "powersave"]), "warn", "cpupower"),
        (steadiness.steal(None), "ok", ""),
        (steadiness.steal(0.05), "warn", "shares its CPUs"),
        (steadiness.pressure({}), "ok", ""),
        (steadiness.pressure({"cpu": 0.0, "io": 0.4}), "warn", "io"),
        (leftovers([], None), "ok", ""),
        (leftovers([Marked(7, "t", "java x")], None), "warn", "kill -9 7"),
        (leftovers([Marked(7, "t", "java")], Holder(9, "compare", 0.0)), "warn", "wait for it"),
    ],
)
def test_judgement(finding, state, step):
    assert finding.state == state
    assert step in finding.next_step
    assert bool(finding.next_step) == (state != "ok")
    assert finding.value


@given(st.integers(0, 1 << 45), st.integers(1, 1 << 45), st.none() | st.integers(0, 1 << 45))
def test_less_memory_is_never_better(available, total, limit):
    order = ["bad", "warn", "ok"]
    less = machine.memory(available // 2, total, limit)
    assert order.index(less.state) <= order.index(machine.memory(available, total, limit).state)


@given(st.lists(st.sampled_from(["ok", "warn", "bad"])))
def test_exit_code_is_3_exactly_when_something_is_bad(states):
    findings = [Finding("x", state, "v", "do") for state in states]
    assert exit_code(findings) == (3 if "bad" in states else 0)


def test_it_looks_at_this_machine():
    findings = run_doctor(look_s=0.05)
    names = [finding.name for finding in findings]
    assert len(set(names)) == len(names)
    assert {
        "Java",
        "Spark",
        "Python",
        "pandas",
        "Cores",
        "Memory",
        "Loopback",
        "Load",
        "Clock",
    } <= set(names)
    by_name = {finding.name: finding for finding in findings}
    assert by_name["Loopback"].state == "ok"
    assert by_name["Python"].state == "ok"
    for finding in findings:
        assert bool(finding.next_step) == (finding.state != "ok"), finding


def test_it_finds_a_leftover(tmp_path):
    token = new_token()
    child = spawn([sys.executable, "-c", "input()"], token=token, stdin=subprocess.PIPE)
    try:
        found = run_doctor(look_s=0)[-1]
        assert found.name == "Leftovers"
        assert str(child.pid) in found.next_step
    finally:
        end_all(token)
        child.popen.communicate()
        child.remove_temp_dir()


def test_a_folder_that_cannot_be_written_to(tmp_path):
    assert machine.free_space(tmp_path) is not None
    assert machine.free_space(tmp_path / "absent") is None
    if os.path.isdir("/proc/self"):
        from pathlib import Path

        assert machine.free_space(Path("/proc/self")) is None


def test_the_answer_says_everything():
    from rich.console import Console

    findings = [
        Finding("Java", "ok", "17 [not markup]"),
        Finding("Disk", "bad", "none", "free some space"),
    ]
    console = Console(width=100, force_terminal=False)
    with console.capture() as capture:
        print_parts([findings_grid(findings)], console)
    for finding in findings:
        assert finding.name in capture.get()
        assert finding.value in capture.get()
        assert finding.next_step in capture.get()
