"""What a user of the source does, in one Spark session: each step prints its finding as JSON.

``spark_user.py FOLDER``.  The servers are this script's own.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from pyspark.sql import SparkSession

from structured.spooled import SpooledSocketDataSource
from structured.spooled.errors import spoken
from structured.spooled.segments import list_segments
from structured.spooled.status import read_status
from tests.spooled.peers import Server

FOLDER = Path(sys.argv[1])
LONG_S = 120.0

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.log.level", "OFF")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.sql.shuffle.partitions", "2")
    .getOrCreate()
)
# The three lines of the documentation.
spark.dataSource.register(SpooledSocketDataSource)


def lines_from(port: int, name: str, **options: Any) -> Any:
    reader = spark.readStream.format("spooled_socket").option("port", port).options(**options)
    return reader.load(str(FOLDER / name))


class Output:
    """A sink idempotent by batch id."""

    def __init__(self) -> None:
        self.batches: dict[int, list[str]] = {}

    def start(self, frame: Any, name: str, **trigger: Any) -> Any:
        writer = frame.writeStream.option("checkpointLocation", str(FOLDER / f"checkpoint-{name}"))
        trigger = trigger or {"processingTime": "100 milliseconds"}
        return writer.foreachBatch(self.write).trigger(**trigger).start()

    def write(self, frame: Any, batch_id: int) -> None:
        self.batches[batch_id] = [row[0] for row in frame.collect()]

    @property
    def lines(self) -> list[str]:
        return [line for batch_id in sorted(self.batches) for line in self.batches[batch_id]]


def until(done: Callable[[], Any], query: Any = None) -> None:
    deadline = time.monotonic() + LONG_S
    while not done():
        if query is not None and query.exception() is not None:
            raise RuntimeError(f"the query ended: {query.exception()}")
        if time.monotonic() > deadline:
            raise RuntimeError("it did not happen in time")
        time.sleep(0.02)


def ended(query: Any) -> str:
    """What the source says of why the query ended."""
    try:
        query.awaitTermination(LONG_S)
    except Exception as problem:
        return spoken(str(problem)) or f"no sentence in: {problem}"
    return "it did not end"


def refused(start: Callable[[], Any]) -> str:
    try:
        start()
    except Exception as problem:
        return spoken(str(problem)) or f"no sentence in: {problem}"
    return "it was not refused"


def reached(query: Any) -> int:
    """Records up to the end of the last batch reported."""
    if query.lastProgress is None:
        return 0
    end = json.loads(query.lastProgress.json)["sources"][0]["endOffset"]
    return int(end["records"])


def numbered(first: int, past: int) -> bytes:
    return b"".join(b"line %d\n" % number for number in range(first, past))


def workers() -> int:
    """Python processes that tasks of this session have had started for them."""
    found = 0
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            found += process.cmdline()[-1:] == ["pyspark.worker"]
    return found


def stop_and_start_again() -> dict[str, Any]:
    """A query stopped and started again from its checkpoint, in one JVM."""
    output = Output()
    with Server() as server:
        query = output.start(lines_from(server.port, "again"), "again")
        peer = server.accept()
        peer.send(numbered(0, 1000))
        # The progress of a batch comes after its output.
        until(lambda: len(output.lines) >= 1000 and reached(query) >= 1000, query)
        progress = json.loads(query.lastProgress.json)
        query.stop()
        peer.close()
        query = output.start(lines_from(server.port, "again"), "again")
        peer = server.accept()
        peer.send(numbered(1000, 1500) + b"a fragment")
        peer.close()
        until(lambda: len(output.lines) >= 1501, query)
        second = ended(Output().start(lines_from(server.port, "again"), "other"))
        query.stop()
    wanted = [*numbered(0, 1500).decode().split("\n")[:-1], "a fragment"]
    return {
        "same": output.lines == wanted,
        "port": server.port,
        "source": progress["sources"][0],
        "second": second,
        "kept": len(list_segments(FOLDER / "again")),
        "workers": workers(),
    }


def limits_and_draining() -> dict[str, Any]:
    """Batches of at most ten records; the rest drained without a server."""
    output, limit = Output(), {"maxRecordsPerTrigger": 10}
    with Server() as server:
        query = output.start(
            lines_from(server.port, "drain", **limit), "drain", processingTime="1 hour"
        )
        peer = server.accept()
        peer.send(numbered(0, 95))
        peer.close()
        until(lambda: (s := read_status(FOLDER / "drain")) and s.ended, query)
        # Stopped while it writes its first offsets, a query refuses its checkpoint afterwards.
        until(lambda: query.status["message"] == "Waiting for next trigger", query)
        query.stop()
    before = len(output.lines)
    query = output.start(lines_from(server.port, "drain", **limit), "drain", availableNow=True)
    finished = query.awaitTermination(LONG_S)
    return {
        "before": before,
        "finished": finished,
        "same": output.lines == numbered(0, 95).decode().split("\n")[:-1],
        "largest": max(map(len, output.batches.values())),
        "batches": len(output.batches),
    }


def many_partitions() -> dict[str, Any]:
    """A batch in several tasks and files, with text beyond ASCII."""
    output, options = Output(), {"targetPartitionBytes": "64k", "segmentBytes": "150k"}
    text = [f"{number} ünïcode 🚀 {'x' * (number % 100)}" for number in range(20_000)]
    text.append("y" * (3 << 20))
    with Server() as server:
        query = output.start(
            lines_from(server.port, "many", **options), "many", processingTime="500 milliseconds"
        )
        peer = server.accept()
        peer.send(("\r\n".join(text) + "\r\n").encode())
        until(lambda: len(output.lines) >= len(text), query)
        query.stop()
        peer.close()
    return {"same": output.lines == text, "workers": workers() > 0}


def failures() -> dict[str, Any]:
    """Each in one sentence, wherever it happens."""
    found = {
        "option": refused(lambda: lines_from(1, "x", maxSpoolByte="1")),
        "nobody": ended(Output().start(lines_from(1, "nobody", connectTimeout="100ms"), "nobody")),
    }
    with Server() as server:
        query = Output().start(lines_from(server.port, "long", maxLineBytes="1k"), "long")
        peer = server.accept()
        peer.send(b"x" * 5000)
        found["long"] = ended(query)
        peer.close()
        query = Output().start(lines_from(server.port, "strict", encodingErrors="strict"), "strict")
        peer = server.accept()
        peer.send(b"bad \xff\n")
        found["strict"] = ended(query)
        peer.close()
    # The checkpoint of one spool with the directory of another.
    found["identity"] = ended(Output().start(lines_from(1, "elsewhere"), "again"))
    return found


def main() -> None:
    for step in (stop_and_start_again, limits_and_draining, many_partitions, failures):
        try:
            finding = step()
        except Exception:
            finding = {"error": traceback.format_exc()}
        print(json.dumps({step.__name__: finding}), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
