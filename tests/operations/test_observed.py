"""What docs/operations.md says of limits and of monitoring, seen over HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.process.variables import inherited_variables
from bench.runtime.java import java_environment
from tests.operations.observed import BURST, FILES, LINES, MAX_RATE

pytestmark = pytest.mark.slow

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "operations.md").read_text("utf-8")
GAUGE = re.compile(r"^(\w+)_Value\{.*\} ", re.MULTILINE)


@pytest.fixture(scope="module")
def seen(require, spark_environ, tmp_path_factory) -> dict[str, Any]:
    """One driver with a query and a DStream, both scraped while they ran."""
    require("java")
    base = tmp_path_factory.mktemp("observed")
    script = Path(__file__).with_name("observed.py")
    done = subprocess.run(
        [sys.executable, str(script), str(base), str(base / "seen.json")],
        env={
            **inherited_variables(),
            **java_environment(),
            **spark_environ,
            "SPARK_LOCAL_IP": "127.0.0.1",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((base / "seen.json").read_text())


def gauges(text: str) -> set[str]:
    """Names of the driver's gauges, without what stands before them in all."""
    names = {found[1] for found in GAUGE.finditer(text)}
    return {
        name.partition("StreamingMetrics_streaming_")[2] or name.partition("_streaming_lines_")[2]
        for name in names
    } - {""}


def test_a_task_that_fails_is_tried_once_in_local_mode(seen):
    assert seen["tried"] == ["once"]


def test_a_query_takes_a_whole_burst_at_once_unless_it_is_limited(seen):
    assert seen["batches_unlimited"] == [FILES * LINES]
    assert seen["batches_files"] == [2 * LINES] * (FILES // 2)
    # A DStream of files has no such limit: backpressure is for receivers and Kafka.
    assert sum(seen["batches_dstream"]) == FILES * LINES
    assert max(seen["batches_dstream"]) > 2 * LINES


def test_a_receiver_takes_a_burst_at_its_rate_and_the_built_in_socket_source_at_once(seen):
    # A batch interval of a second; what the receiver has not read waits with the sender.
    assert sum(seen["batches_receiver"]) == BURST
    assert max(seen["batches_receiver"]) <= 1.5 * MAX_RATE
    assert max(seen["batches_socket"]) > 2 * MAX_RATE


def test_a_limit_in_bytes_is_kept_by_whole_files(seen):
    assert seen["batches_bytes"] == [2 * LINES] * (FILES // 2)


def test_the_gauges_of_both_stand_in_the_drivers_prometheus_page(seen):
    found = gauges(seen["driver"])
    for name in (
        "lastCompletedBatch_processingDelay",
        "lastCompletedBatch_schedulingDelay",
        "lastCompletedBatch_totalDelay",
        "waitingBatches",
        "receivers",
        "totalReceivedRecords",
        "inputRate_total",
        "processingRate_total",
        "latency",
        "eventTime_watermark",
        "states_rowsTotal",
        "states_usedBytes",
    ):
        assert name in found
        assert f"`{name}`" in PAGE
    assert "metrics_executor_totalCores" in seen["executors"]


def test_records_that_came_in_files_are_none_in_a_dstreams_gauges(seen):
    # Those of the receiver, and of the files none.
    (value,) = re.findall(r"totalReceivedRecords_Value\{[^}]*\} (\d+)", seen["driver"])
    assert int(value) == BURST
    assert seen["statistics"]["numReceivedRecords"] == BURST
    assert sum(seen["batches_dstream"]) == FILES * LINES


def test_gauges_go_with_what_they_tell_of(seen):
    assert gauges(seen["driver_after"]) == set()


def test_rest_knows_a_dstream_and_no_query(seen):
    assert seen["statistics"]["numTotalCompletedBatches"] > 1
    assert {"schedulingDelay", "processingTime", "totalDelay"} <= set(seen["batch"])
    # Of the query there is a page for people, and for programs one SQL execution a batch.
    assert seen["page_of_queries"]
    assert seen["rest_sql"] > 1


def test_the_page_names_what_a_progress_holds(seen):
    for name in ("numInputRows", "inputRowsPerSecond", "processedRowsPerSecond", "durationMs"):
        assert name in seen["progress"]
        assert name in PAGE
    for name in ("triggerExecution", "addBatch", "walCommit", "commitOffsets", "latestOffset"):
        assert name in seen["durations"]
        assert name in PAGE
    for name in ("startOffset", "endOffset", "latestOffset"):
        assert name in seen["sources"]
        assert name in PAGE
