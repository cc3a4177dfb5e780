"""``sparkbench cluster`` with real processes: up, used, down, and nothing left."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from bench.cluster import lifecycle, state
from bench.cluster.members import executor_pids, worker_pids
from bench.process.orphans import marked
from tests.cluster.conftest import secret_in
from tests.long import at_length

pytestmark = pytest.mark.slow


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench.cli", *arguments],
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )


@pytest.fixture(scope="module")
def cluster(require) -> Iterator[state.Cluster]:
    require("java")
    done = command("cluster", "up", "--workers", "2", "--cores", "1", "--memory", "1g")
    try:
        assert done.returncode == 0, done.stderr
        found = state.read_cluster()
        assert found is not None
        assert done.stdout.strip() == found.master
        yield found
    finally:
        command("cluster", "down")
    assert not state.state_dir().exists()
    assert not [one for one in marked() if one.token == found.token]


def processes(cluster: state.Cluster) -> list[psutil.Process]:
    found = [psutil.Process(member.pid) for member in cluster.members]
    return found + [child for one in found for child in one.children(recursive=True)]


def test_it_is_up_on_loopback_alone(cluster):
    told = json.loads(command("cluster", "status", "--json", "-").stdout)
    assert told["up"]
    assert told["load"]["workers"] == 2
    assert told["load"]["cores"] == 2
    assert [member["alive"] for member in told["members"]] == [True] * 3
    assert worker_pids() == [member.pid for member in cluster.workers]
    for process in processes(cluster):
        for connection in process.net_connections(kind="inet"):
            address = connection.laddr.ip.removeprefix("::ffff:")
            assert address in ("127.0.0.1", "::1"), (process.cmdline(), connection)
    assert cluster.master in command("cluster", "status").stdout


def test_the_secret_is_in_no_command_line_and_in_no_log(cluster):
    conf = state.conf_of(cluster.master)
    assert conf is not None
    secret = secret_in(conf)
    for process in psutil.process_iter(["cmdline"]):
        assert not any(secret in word for word in process.info["cmdline"] or ())
    logs = list(state.state_dir().glob("*.log"))
    assert len(logs) == 3
    assert not any(secret in log.read_text() for log in logs)
    assert secret not in (state.state_dir() / "cluster.json").read_text()


def test_there_is_one_at_a_time(cluster):
    done = command("cluster", "up")
    assert done.returncode == 3
    assert f"up already at {cluster.master}" in done.stderr
    assert state.read_cluster() == cluster


def kill(member: state.Member) -> None:
    killed = psutil.Process(member.pid)
    killed.kill()
    killed.wait(timeout=10)


@at_length
def test_a_killed_worker_is_replaced(require, monkeypatch, tmp_path):
    require("java")
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path))
    found = lifecycle.up(2, 1, "1g")
    try:
        assert lifecycle.make_whole(found.master) == 0
        kill(found.workers[0])
        assert lifecycle.make_whole("spark://127.0.0.1:1") == 0
        assert lifecycle.make_whole(found.master) == 1
        now = state.read_cluster()
        assert now is not None
        assert len(worker_pids(now)) == 2
        assert now.workers[1] == found.workers[1]
    finally:
        lifecycle.down()
    assert not [one for one in marked() if one.token == found.token]


@at_length
def test_a_killed_worker_leaves_nothing_that_down_would_miss(require, monkeypatch, tmp_path):
    require("java")
    monkeypatch.setenv("SPARKBENCH_CACHE", str(tmp_path))
    found = lifecycle.up(2, 1, "1g")
    kill(found.workers[0])
    assert [member.pid for member in lifecycle.down()] == [
        member.pid for member in (found.members[0], found.workers[1])
    ]
    assert not [one for one in marked() if one.token == found.token]


@at_length
@pytest.mark.timeout(900)
@pytest.mark.parametrize("own", [True, False], ids=["standalone", "local-cluster"])
def test_both_engines_run_on_it(cluster, own, tmp_path):
    master = cluster.master if own else "local-cluster[2,1,1024]"
    done = command(
        *("compare", "--master", master, "--quick", "--rounds", "1", "--cores", "2"),
        *("--executors", "2", "--duration", "4s", "--out", str(tmp_path / "run"), "--json", "-"),
    )
    assert done.returncode in {0, 4}, done.stderr
    trials = json.loads(done.stdout)["trials"]
    assert {trial["trial"]["arm"] for trial in trials} == {"dstream", "structured"}
    for trial in trials:
        assert trial["status"] != "failed", trial["reasons"]
        assert len(trial["resources"]["executors"]) == 2
        assert trial["resources"]["executors_cpu_s"] > 0
    assert executor_pids() == []
    assert not list((tmp_path / "run").rglob("spark-home"))


@at_length
def test_a_wrong_address_is_one_sentence_before_the_first_trial(cluster, tmp_path):
    done = command(
        *("compare", "dstream", "--master", cluster.master, "--cores", "2", "--quick"),
        *("--conf", "spark.driver.host=127.0.0.1", "--advertise", "127.0.0.9"),
        *("--out", str(tmp_path / "run")),
    )
    assert done.returncode == 3
    assert done.stderr.startswith("sparkbench: --advertise: the executor on ")
    assert "does not reach the load generator at 127.0.0.9" in done.stderr
    assert not (tmp_path / "run").exists()
