"""The state of a cluster: whole, private, and never taken for another one."""

from __future__ import annotations

import stat
import subprocess
import sys
import time

import psutil
import pytest

from bench.cluster import lifecycle, members, state
from bench.cluster.state import MASTER, WORKER, Cluster, Member
from tests.cluster.conftest import secret_in


@pytest.fixture(autouse=True)
def _own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path / "cache"))


def make(*parts: Member) -> Cluster:
    return Cluster("spark://127.0.0.1:7077", "http://127.0.0.1:1", "cluster-0", 1, "1g", 1.0, parts)


@pytest.fixture
def sleeper():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process
    process.kill()
    process.wait()


def test_only_the_owner_reads_the_secret_and_each_cluster_has_its_own():
    path = state.write_conf({"a.b": "c"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    state.write_cluster(make())
    assert state.conf_of("spark://127.0.0.1:7077") == path
    assert state.conf_of("spark://elsewhere:7077") is None
    first = secret_in(path)
    assert len(first) == 64
    assert secret_in(state.write_conf({})) != first
    state.clear()
    assert state.read_cluster() is None
    assert not path.exists()


def test_a_state_is_read_as_it_was_written_and_a_damaged_one_is_none():
    state.write_conf({})
    cluster = make(Member(MASTER, 1, 2.0), Member(WORKER, 3, 4.0))
    state.write_cluster(cluster)
    assert state.read_cluster() == cluster
    assert cluster.workers == [Member(WORKER, 3, 4.0)]
    (state.state_dir() / "cluster.json").write_text("{")
    assert state.read_cluster() is None


def test_a_process_is_its_id_and_its_start(sleeper):
    started = psutil.Process(sleeper.pid).create_time()
    own = Member(WORKER, sleeper.pid, started)
    other = Member(WORKER, sleeper.pid, started - 10)
    assert members.alive(own) is not None
    assert members.alive(other) is None
    assert members.worker_pids(make(own, other)) == [sleeper.pid]
    sleeper.kill()
    deadline = time.monotonic() + 10
    while members.alive(own) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert members.alive(own) is None  # a zombie until we wait for it


def test_down_ends_what_it_started_and_nobody_else(sleeper):
    started = psutil.Process(sleeper.pid).create_time()
    state.write_conf({})
    # As after a restart of the machine: the id is another program's now.
    state.write_cluster(make(Member(WORKER, sleeper.pid, started - 100)))
    assert lifecycle.down() == []
    assert sleeper.poll() is None
    assert not state.state_dir().exists()
    state.write_conf({})
    state.write_cluster(make(Member(WORKER, sleeper.pid, started)))
    assert [member.pid for member in lifecycle.down()] == [sleeper.pid]
    assert not psutil.pid_exists(sleeper.pid)
    assert not state.state_dir().exists()


def test_without_a_cluster_there_are_no_processes():
    assert members.worker_pids() == []
    assert members.executor_pids() == []
    assert members.workers_of("spark://127.0.0.1:7077") == []
