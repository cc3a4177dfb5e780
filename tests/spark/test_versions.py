"""Two versions of Spark in one run, and the job of an old one in a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

import bench
from bench.runtime.interpreter import own
from scripts.proof.compat import VERSIONS
from tests.contract.conftest import spark_interpreter
from tests.line_server import LineServer
from tests.long import at_length

#: The contract on the oldest version (tests/contract/test_versions.py) is what each run tries.
pytestmark = [pytest.mark.slow, at_length]

OLD = f"dstream:spark={VERSIONS[0]}"


def command(*words: str) -> list[str]:
    return [sys.executable, "-P", "-m", "bench.cli", *words]


def test_one_run_measures_both_and_its_reports_say_what_each_ran_on(require, tmp_path):
    require("java")
    there = spark_interpreter(VERSIONS[0])
    out = tmp_path / "run"
    words = ["compare", OLD, "structured", "--cores", "2", "--rounds", "1"]
    done = subprocess.run(
        command(*words, "--warmup", "2s", "--duration", "4s", "--out", str(out)),
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode in {0, 4}, done.stderr
    run = bench.Run.load(out)
    assert [result.status for result in run.results if result.status == "failed"] == []
    seen = {
        result.trial.arm: (result.environment.spark, result.environment.engine_python)
        for result in run.results
    }
    assert seen == {
        OLD: (VERSIONS[0], there.version),
        "structured": (own().spark, own().version),
    }
    assert list(run.info.places) == [OLD, "structured"]
    for text in (done.stdout, (out / "report" / "report.md").read_text()):
        assert f"Spark {VERSIONS[0]}, Java" in " ".join(text.split())


def test_the_job_of_an_old_version_runs_in_a_terminal(require, tmp_path):
    require("java")
    spark_interpreter(VERSIONS[0])
    with LineServer() as server:
        job = subprocess.Popen(
            command("run", OLD, "--port", str(server.port), "--cores", "2", "--exit-on-close"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=tmp_path,
            start_new_session=True,
        )
        try:
            server.send(b"hello from the past\n")
            server.close()
            said, told = job.communicate(timeout=120)
        finally:
            job.kill()
    assert job.returncode == 0, told
    assert "hello from the past" in said
    assert f"on Spark {VERSIONS[0]} and Python" in told
