"""Killed with SIGKILL at random moments: what was received is delivered, once."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from structured.spooled.segments import list_segments
from tests.spooled.firehose import Firehose
from tests.spooled.peers import until

#: Whole runs, some seconds each.
pytestmark = pytest.mark.slow

KILLS = int(os.environ.get("SPARKBENCH_KILLS", "10"))
SEED = int(os.environ.get("SPARKBENCH_KILLS_SEED", "1"))
SCRIPT = Path(__file__).with_name("mini_driver.py")


def received(spool: Path) -> list[str]:
    """The lines of all files, which are the truth: received is what is in a segment."""
    data = b"".join((spool / segment.name).read_bytes() for segment in list_segments(spool))
    assert data.endswith(b"\n")
    return data.decode().split("\n")[:-1]


def assert_whole_and_in_order(lines: list[str]) -> None:
    """No line torn, joined to another or sent twice; gaps are what died in socket buffers."""
    numbers = [int(line.partition(" ")[0]) for line in lines[:-1]]
    assert lines[:-1] == [Firehose.line(number) for number in numbers]
    assert numbers == sorted(set(numbers))


def start(folder: Path, port: int, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, str(SCRIPT), str(folder), str(port), *words])


def written(folder: Path) -> int:
    """Batches written."""
    return len(list((folder / "out").glob("*.json")))


def until_more(folder: Path, batches: int) -> None:
    until(lambda: written(folder) > batches, "a batch")


def test_a_driver_killed_again_and_again(tmp_path):
    rng = random.Random(SEED)
    out = tmp_path / "out"
    firehose = Firehose(pause_s=0.004)
    try:
        for _ in range(KILLS):
            before = written(tmp_path)
            driver = start(tmp_path, firehose.port)
            try:
                # It must have got somewhere; then any moment will do.
                until_more(tmp_path, before + 1)
                time.sleep(rng.random() * 0.1)
            finally:
                driver.kill()
                driver.wait()
        assert firehose.clients >= KILLS
    finally:
        firehose.close()
    assert start(tmp_path, 1, "drain").wait(60) == 0
    wanted = received(tmp_path / "spool")
    files = sorted(out.glob("*.json"), key=lambda path: int(path.stem))
    assert [int(path.stem) for path in files] == list(range(len(files)))
    got = [line for path in files for line in json.loads(path.read_text())]
    assert len(got) == len(wanted) > 1000
    assert got == wanted
    assert_whole_and_in_order(got)


@pytest.mark.parametrize("how", ["kill", "terminate"])
def test_the_lock_goes_with_its_holder(tmp_path, how):
    firehose = Firehose(pause_s=0.004)
    one = start(tmp_path, firehose.port)
    try:
        until_more(tmp_path, 1)
        getattr(one, how)()
        one.wait()
        before = written(tmp_path)
        two = start(tmp_path, firehose.port)
        until_more(tmp_path, before + 1)
        two.kill()
        two.wait()
    finally:
        one.kill()
        one.wait()
        firehose.close()
