"""A child gets a session, a mark, a temporary directory and CPUs of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from bench.process.affinity import available_cpus
from bench.process.spawn import new_token, spawn

TELL = """
import json, os, tempfile
print(json.dumps({
    "sid": os.getsid(0), "pid": os.getpid(), "mark": os.environ["SPARKBENCH_TRIAL"],
    "temp": tempfile.gettempdir(), "extra": os.environ.get("EXTRA"),
    "cpus": sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
}))
"""


def tell(tmp_path, **options):
    token = new_token()
    child = spawn(
        [sys.executable, "-c", TELL],
        token=token,
        temp_root=tmp_path,
        stdout=subprocess.PIPE,
        **options,
    )
    out, _ = child.popen.communicate(timeout=30)
    return child, json.loads(out)


def test_session_mark_temp_dir_and_environment(tmp_path):
    child, told = tell(tmp_path, env={"EXTRA": "1"})
    assert told["sid"] == told["pid"] == child.pid
    assert told["mark"] == child.token
    assert told["temp"] == str(child.temp_dir)
    assert told["extra"] == "1"
    assert child.temp_dir.parent == tmp_path
    child.remove_temp_dir()
    assert not child.temp_dir.exists()


@pytest.mark.skipif(available_cpus() is None, reason="this platform cannot pin")
def test_pinned_from_its_first_instruction_and_only_the_child(tmp_path):
    before = os.sched_getaffinity(0)
    _, told = tell(tmp_path, cpus=[max(before)])
    assert told["cpus"] == [max(before)]
    assert os.sched_getaffinity(0) == before


def test_a_program_that_cannot_start_leaves_nothing(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        spawn(["/nowhere/at/all"], token=new_token(), temp_root=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_tokens_differ():
    assert len({new_token() for _ in range(100)}) == 100
