"""A file sink that has written for long: every batch of a query, as JSON lines.  ``FOLDER``.

Spark's file sink compacts the log of its files in each tenth batch
(``spark.sql.streaming.fileSink.log.compactInterval``) into one file that lists all there ever were.
To be as long as after weeks, the log of the first batch is given entries of files that are not.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")

FOLDER = Path(sys.argv[1])
OUTPUT, FILES, BATCHES = FOLDER / "output", 20_000, 70


def started(session: Any) -> Any:
    rows = session.readStream.format("rate-micro-batch").option("rowsPerBatch", 10)
    lines = rows.option("numPartitions", 1).load().selectExpr("cast(value as string) value")
    writer = lines.writeStream.format("text").option("path", str(OUTPUT))
    return writer.option("checkpointLocation", str(FOLDER / "checkpoint")).start()


def wait_for(query: Any, batch_id: int) -> None:
    while query.lastProgress is None or query.lastProgress["batchId"] < batch_id:
        if query.exception() is not None:
            raise SystemExit(str(query.exception()))
        time.sleep(0.1)


def age(log: Path) -> None:
    """Let the log name many files."""
    version, *entries = log.read_text("utf-8").splitlines()
    first = json.loads(entries[0])
    many = [{**first, "path": f"{first['path']}-{number}"} for number in range(FILES)]
    log.write_text("\n".join([version, *map(json.dumps, [first, *many])]), "utf-8")
    log.with_name(f".{log.name}.crc").unlink(missing_ok=True)


def main() -> None:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "OFF")
        .config("spark.sql.streaming.numRecentProgressUpdates", "500")
        .getOrCreate()
    )
    query = started(session)
    wait_for(query, 1)
    query.stop()
    age(OUTPUT / "_spark_metadata" / "0")
    query = started(session)
    wait_for(query, BATCHES)
    for progress in query.recentProgress:
        took = progress["durationMs"]
        print(json.dumps([progress["batchId"], progress["timestamp"], took]), flush=True)
    query.stop()
    session.stop()


if __name__ == "__main__":
    main()
