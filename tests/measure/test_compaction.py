"""The compaction of a file sink's log on real Spark, found as what comes back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bench.contract import BatchRecord
from bench.measure.periodic import periodic
from tests.long import at_length

#: Some 30 s of real Spark; what is pure of it is asked every time (test_periodic.py).
pytestmark = [pytest.mark.slow, at_length]

DRIVER = Path(__file__).with_name("compacting.py")

#: Batches of a JVM that has just begun.
COLD = 5


def batch(batch_id, timestamp, took):
    start = datetime.fromisoformat(timestamp).timestamp()
    end = start + took["triggerExecution"] / 1000
    return BatchRecord(
        batch_id=batch_id,
        ranges=((0, batch_id * 10, 10),),
        planned_start=start,
        started=start,
        visible=end,
        finished=end,
        phases={name: ms / 1000 for name, ms in took.items() if name != "triggerExecution"},
    )


def test_each_tenth_batch_of_a_file_sink_is_found_with_the_phase_it_lies_in(
    require, spark_environ, tmp_path
):
    require("java")
    done = subprocess.run(
        [sys.executable, str(DRIVER), str(tmp_path)],
        env={**os.environ, **spark_environ},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    batches = [batch(*json.loads(line)) for line in done.stdout.splitlines() if line[:1] == "["]
    found = periodic(batches[COLD:])
    assert found is not None
    # Batches count from 0, and the tenth is number 9.
    assert (found.period, found.phase) == (10, 9)
    assert found.height_s > 0.02
    assert found.part == "addBatch"
