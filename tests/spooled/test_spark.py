"""The source inside Spark: as a user has it, and through drivers that are killed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from bench.process.orphans import end_all
from bench.process.spawn import MARK, new_token
from bench.trial.setup import engine_environment
from tests.long import at_length
from tests.spooled.firehose import Firehose
from tests.spooled.test_kill import assert_whole_and_in_order, received

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

#: Each costs a start of Spark.  What the native source has left is drained by this one.
KILLS = max(1, int(os.environ.get("SPARKBENCH_KILLS", "10")) // 10)
DRIVERS = [*["spooled"] * KILLS, *["native"] * KILLS]
SEED = int(os.environ.get("SPARKBENCH_KILLS_SEED", "1"))
LONG_S = 200.0


@pytest.fixture
def run(spark_environ, tmp_path):
    """``run(script, ...)``: a script with Spark in a process whose offspring ends with it."""
    token = new_token()

    def start(script: str, *words: str) -> subprocess.Popen[str]:
        env = {**os.environ, **engine_environment("structured"), **spark_environ, MARK: token}
        env["PYTHONPATH"] = str(ROOT)
        with (tmp_path / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, str(HERE / script), *words],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=env,
                cwd=tmp_path,
            )

    yield start
    end_all(token, 0.0)


def test_a_user_s_day(run, tmp_path):
    process = run("spark_user.py", str(tmp_path))
    said, _ = process.communicate(timeout=LONG_S)
    found = {}
    for line in said.splitlines():
        if line.startswith("{"):
            found.update(json.loads(line))

    again = found["stop_and_start_again"]
    assert again.get("same"), again.get("error", again)
    end = again["source"]["endOffset"]
    assert (end["records"], end["peer"]) == (1000, f"127.0.0.1:{again['port']}")
    assert "is being read by process" in again["second"]
    assert again["kept"] == 1
    # Its small batches were inlined.
    assert again["workers"] == 0

    drained = found["limits_and_draining"]
    assert drained.get("same"), drained.get("error", drained)
    assert drained["finished"]
    assert drained["before"] < 95
    assert drained["largest"] == 10
    assert drained["batches"] >= 10

    assert found["many_partitions"] == {"same": True, "workers": True}

    said_of = found["failures"]
    assert "did you mean 'maxSpoolBytes'?" in said_of["option"]
    assert "no connection to 127.0.0.1:1 within 100ms" in said_of["nobody"]
    assert "a line of more than 1k bytes" in said_of["long"]
    assert "a line is not UTF-8" in said_of["strict"]
    assert "the checkpoint belongs to the spool" in said_of["identity"]
    assert process.returncode == 0


def kill(driver: subprocess.Popen[str], rng: random.Random) -> None:
    """The JVM first or the Python process first; neither gets to say anything."""
    python = psutil.Process(driver.pid)
    java = []
    for process in python.children(recursive=True):
        # Workers come and go meanwhile.
        with contextlib.suppress(psutil.NoSuchProcess):
            java += [process] if process.name() == "java" else []
    for process in [*java, python] if rng.random() < 0.5 else [python, *java]:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    driver.wait()


def test_drivers_killed_at_random_moments_deliver_all_that_was_received_once(run, tmp_path):
    rng = random.Random(SEED)
    out = tmp_path / "out"
    firehose = Firehose(pause_s=0.02)

    def written() -> int:
        return len(list(out.glob("*.json")))

    try:
        for source in DRIVERS:
            before = written()
            driver = run("spark_driver.py", str(tmp_path), str(firehose.port), source)
            deadline = time.monotonic() + LONG_S
            some = rng.randint(1, 6)
            while written() < before + some:
                assert driver.poll() is None, (tmp_path / "log").read_text()[-3000:]
                assert time.monotonic() < deadline, "no batch in time"
                time.sleep(0.01)
            time.sleep(rng.random() * 0.3)
            kill(driver, rng)
    finally:
        firehose.close()
    drained = run("spark_driver.py", str(tmp_path), "1", "spooled", "drain")
    assert drained.wait(LONG_S) == 0, (tmp_path / "log").read_text()[-3000:]
    wanted = received(tmp_path / "spool")
    files = sorted(out.glob("*.json"), key=lambda path: int(path.stem))
    got = [line for path in files for line in json.loads(path.read_text())]
    assert len(got) == len(wanted) > 1000
    assert digest(got) == digest(wanted)
    assert_whole_and_in_order(got)


@at_length
def test_real_time_mode_killed_goes_on_from_the_last_committed_batch(run, tmp_path):
    rng = random.Random(SEED)
    commits = tmp_path / "checkpoint" / "commits"
    firehose = Firehose(pause_s=0.02)
    rows, ends = [tmp_path / "first", tmp_path / "second"], [0]

    def committed() -> int:
        """Records up to the end of the last batch that Spark's log has."""
        numbers = [int(path.name) for path in commits.glob("[0-9]*")]
        if not numbers:
            return 0
        log = tmp_path / "checkpoint" / "offsets" / str(max(numbers))
        return int(json.loads(log.read_text().splitlines()[-1])["records"])

    try:
        for file in rows:
            words = (str(tmp_path), str(firehose.port), str(file))
            driver = run("../native/realtime_driver.py", *words)
            deadline = time.monotonic() + LONG_S
            while committed() == ends[-1]:
                assert driver.poll() is None, (tmp_path / "log").read_text()[-3000:]
                assert time.monotonic() < deadline, "no batch in time"
                time.sleep(0.01)
            # Within the next batch.
            time.sleep(0.7 + rng.random() * 0.5)
            kill(driver, rng)
            ends.append(committed())
    finally:
        firehose.close()
    wanted = received(tmp_path / "spool")
    first, second = (file.read_text().splitlines() for file in rows)
    assert first == wanted[: len(first)]
    assert second == wanted[ends[1] : ends[1] + len(second)]
    # The batch that was under way came again, and more after it.
    assert 0 < ends[1] < len(first) < ends[1] + len(second)


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
