"""A Spark driver to be killed: ``spark_driver.py FOLDER PORT [drain]``.

Each batch becomes one file named by its id, so that a batch written twice is there once.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from structured.spooled import SpooledSocketDataSource

FOLDER = Path(sys.argv[1])
OUT = FOLDER / "out"


def write(frame: Any, batch_id: int) -> None:
    rows = [row[0] for row in frame.collect()]
    temporary = OUT / f"{batch_id}.tmp"
    temporary.write_text(json.dumps(rows), encoding="utf-8")
    os.replace(temporary, OUT / f"{batch_id}.json")


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "OFF")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    spark.dataSource.register(SpooledSocketDataSource)
    lines = (
        spark.readStream.format("spooled_socket")
        .option("port", sys.argv[2])
        .option("reconnectDelay", "10ms")
        .option("segmentBytes", "300k")
        .option("inlineRecords", "1200")  # some batches are read by workers, some are not
        .option("retainBatches", "1000000")  # all of it stays, to be compared with
        .load(str(FOLDER / "spool"))
    )
    writer = lines.writeStream.foreachBatch(write)
    writer = writer.option("checkpointLocation", str(FOLDER / "checkpoint"))
    if sys.argv[3:] == ["drain"]:
        writer.trigger(availableNow=True).start().awaitTermination()
        spark.stop()
    else:
        writer.trigger(processingTime="100 milliseconds").start().awaitTermination()


if __name__ == "__main__":
    main()
