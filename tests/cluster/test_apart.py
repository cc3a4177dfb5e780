"""Master, workers and generator on addresses of their own: all has to be found over a network."""

from __future__ import annotations

import socket
import subprocess
import threading

import psutil
import pytest

import bench
from tests.long import at_length

pytestmark = [pytest.mark.slow, at_length]

#: As short as a trial can be that has every part of a result.
SHORT = (
    *("--quick", "--rounds", "1", "--warmup", "1s", "--duration", "4s", "--trigger", "500ms"),
    *("--cores", "2", "--executors", "2"),
)


class Onlooker(threading.Thread):
    """Reads the command lines of all processes over and over, as another user's ``ps`` does."""

    def __init__(self, secret: str) -> None:
        super().__init__(daemon=True)
        self._secret = secret
        self._enough = threading.Event()
        self.looks = 0
        self.seen: list[str] = []

    def run(self) -> None:
        while not self._enough.wait(0.2):
            self.looks += 1
            for process in psutil.process_iter(["cmdline"]):
                words: list[str] = process.info["cmdline"] or []
                self.seen += [words[0] for word in words if self._secret in word]

    def __enter__(self) -> Onlooker:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._enough.set()
        self.join(5.0)


@pytest.fixture(scope="module")
def finished(apart, tmp_path_factory) -> tuple[subprocess.CompletedProcess[str], bench.Run]:
    out = tmp_path_factory.mktemp("run") / "run"
    with Onlooker(apart.secret) as onlooker:
        done = apart.run(
            *("compare", "dstream", "structured", "--master", apart.master, *SHORT),
            *("--out", str(out)),
        )
    assert onlooker.looks > 10
    assert onlooker.seen == []
    assert done.returncode in {0, 4}, done.stderr + done.stdout
    return done, bench.Run.load(out)


def test_both_executors_reach_the_generator_and_every_record_is_processed(finished, apart):
    done, run = finished
    assert f"reach this machine at {apart.generator}" in done.stderr
    for result in run.results:
        assert result.status != "failed", result.reasons
        assert result.trial.master == apart.master
        assert result.conservation.missing == result.conservation.duplicated == 0
        assert result.conservation.processed_records == result.conservation.sent_records > 0


def test_spark_tells_what_each_executor_did(finished):
    _done, run = finished
    for result in run.results:
        uses = result.resources.executors
        assert len(uses) == 2
        assert len({use.host for use in uses}) == 2
        assert sum(use.tasks for use in uses) > 0
        assert sum(use.cpu_s for use in uses) > 0
        assert all(use.cores == 1 and use.run_s >= use.cpu_s >= 0 for use in uses)
        assert result.resources.executors_cpu_s > 0


def test_the_report_shows_master_and_executors(finished, apart):
    done, run = finished
    assert f"master {apart.master}, executors 2" in done.stdout
    text = (run.path / "report" / "report.md").read_text()
    assert apart.master in text


def test_the_secret_is_in_nothing_the_run_leaves(finished, apart):
    done, run = finished
    assert apart.secret not in done.stdout + done.stderr
    kept = [
        *run.path.rglob("*"),
        *apart.folder.glob("worker*/**/*"),
        *apart.folder.glob("**/*.log"),
    ]
    assert any(file.name == "stderr" for file in kept)  # of executors
    for file in kept:
        if file.is_file():
            assert apart.secret.encode() not in file.read_bytes(), file


def test_an_address_that_executors_cannot_reach_is_told_before_the_first_trial(apart, tmp_path):
    out = tmp_path / "run"
    own = ("--conf", f"spark.driver.host={apart.generator}", "--listen", "0.0.0.0")
    done = apart.run(
        *("compare", "dstream", "--master", apart.master, *SHORT, *own),
        *("--advertise", "127.0.0.1", "--out", str(out)),
    )
    assert done.returncode == 3
    assert done.stderr.startswith("sparkbench: --advertise: the executor on ")
    assert "does not reach the load generator at 127.0.0.1 (Connection refused)" in done.stderr
    assert not out.exists()
    assert socket.gethostname() in done.stderr
