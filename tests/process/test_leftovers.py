"""What dead runs left is ended and removed; what belongs to the living is not touched."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from bench.process.leftovers import clear_leftovers
from bench.process.spawn import MARK, TEMP_PREFIX, new_token

#: Starts a marked process with a temporary directory, says its id and waits.
RUNNER = """
import sys, time
from pathlib import Path
from bench.process.spawn import new_token, spawn
child = spawn([sys.executable, "-c", "import time; time.sleep(600)"], token=new_token(),
              temp_root=Path(sys.argv[1]))
print(child.pid, child.temp_dir, flush=True)
time.sleep(600)
"""


@pytest.fixture
def runner(tmp_path):
    """A runner, its child and the child's temporary directory; all ended afterwards."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUNNER, str(tmp_path)], stdout=subprocess.PIPE, text=True
    )
    pid, _, folder = process.stdout.readline().strip().partition(" ")
    child = psutil.Process(int(pid))
    yield process, child, folder
    for one in (process, child):
        if one is process or child.is_running():
            one.kill()
    process.wait()
    process.stdout.close()


def gone(process):
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


def test_a_dead_runners_child_is_ended_and_its_directory_removed(runner, tmp_path):
    process, child, folder = runner
    os.kill(process.pid, signal.SIGKILL)
    # Dead, yet not waited for: a zombie has as little use for its child as one that is gone.
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    left = clear_leftovers({process.pid}, temp_root=tmp_path)
    assert [one.pid for one in left.processes] == [child.pid]
    assert [str(path) for path in left.directories] == [folder]
    assert gone(child)
    assert not os.path.exists(folder)


def test_a_living_runner_keeps_its_own(runner, tmp_path):
    process, child, folder = runner
    left = clear_leftovers({process.pid}, temp_root=tmp_path)
    assert (left.processes, left.directories) == ((), ())
    assert child.is_running()
    assert os.path.isdir(folder)


def test_another_runs_leftovers_are_not_ours(runner, tmp_path):
    process, child, folder = runner
    process.kill()
    process.wait()
    left = clear_leftovers({process.pid + 1}, temp_root=tmp_path)
    assert (left.processes, left.directories) == ((), ())
    assert child.is_running()
    assert os.path.isdir(folder)


def test_an_id_used_again_does_not_protect_what_was_there_before(tmp_path, monkeypatch):
    """A process of ours stands for the one that got the dead runner's id."""
    token = new_token()
    with subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], env={**os.environ, MARK: token}
    ) as child:
        # Between its start and its environment is a moment in which nobody can tell whose it is.
        while MARK not in psutil.Process(child.pid).environ():
            time.sleep(0.01)
        real = psutil.Process.create_time
        born = psutil.Process(child.pid).create_time()
        monkeypatch.setattr(
            psutil.Process,
            "create_time",
            lambda self: born + 60 if self.pid == os.getpid() else real(self),
        )
        assert [one.pid for one in clear_leftovers({os.getpid()}, 1.0, tmp_path).processes] == [
            child.pid
        ]
        assert child.wait(10) == -signal.SIGTERM


def test_only_directories_named_as_ours_are_removed(tmp_path):
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"],
        capture_output=True,
        text=True,
        check=True,
    )
    pid = int(dead.stdout)
    ours = tmp_path / f"{TEMP_PREFIX}{pid}-0123456789ab-x1_y"
    others = [
        tmp_path / f"{TEMP_PREFIX}cache-{pid}",
        tmp_path / f"{TEMP_PREFIX}{pid}",
        tmp_path / f"{TEMP_PREFIX}{pid}1-0123456789ab-x",
        tmp_path / f"sparkbenches-{pid}-0123456789ab-x",
    ]
    for path in (ours, *others):
        path.mkdir()
    (ours / "file").touch()
    link = tmp_path / f"{TEMP_PREFIX}{pid}-0123456789ab-link"
    link.symlink_to(others[0])
    assert clear_leftovers({pid}, temp_root=tmp_path).directories == (ours,)
    assert not ours.exists()
    assert all(path.exists() for path in (*others, link))
