"""A Spark driver to be killed: ``spark_driver.py FOLDER PORT SOURCE [drain]``.

The source is ``spooled`` or ``native``, on one spool and one checkpoint.
Each batch becomes one file named by its id, so that a batch written twice is there once.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from structured.native import register
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
    given = {
        "port": sys.argv[2],
        "reconnectDelay": "10ms",
        "segmentBytes": "300k",
        "retainBatches": "1000000",  # all of it stays, to be compared with
    }
    if sys.argv[3] == "native":
        register(spark)
        reader = spark.readStream.format("native_socket").option("spool", str(FOLDER / "spool"))
    else:
        spark.dataSource.register(SpooledSocketDataSource)
        reader = spark.readStream.format("spooled_socket").option("path", str(FOLDER / "spool"))
        given["inlineRecords"] = "1200"  # some batches are read by workers, some are not
    lines = reader.options(**given).load()
    writer = lines.writeStream.foreachBatch(write)
    writer = writer.option("checkpointLocation", str(FOLDER / "checkpoint"))
    if sys.argv[4:] == ["drain"]:
        writer.trigger(availableNow=True).start().awaitTermination()
        spark.stop()
    else:
        writer.trigger(processingTime="100 milliseconds").start().awaitTermination()


if __name__ == "__main__":
    main()
