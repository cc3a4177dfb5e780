#!/bin/bash
# PySpark 4.3.0 (ANSI mode, its default), Python 3.13, Java 17.
# Guess:  a session_window whose gap (a column) does not parse as an interval fails the query.
# Truth:  rows whose gap does not parse, is zero or is negative are dropped without a word.
# Output: of 4 rows: [[('2 seconds', 1)]]
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0 pandas==2.3.3 pyarrow==26.0.1
"$PY" - <<'PYTHON'
import os
from pathlib import Path

from pyspark.sql import SparkSession, functions as F

work = Path(os.environ["WORK"])
spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.log.level", "OFF")
    .config("spark.sql.shuffle.partitions", 2)
    .getOrCreate()
)

folder, batches = work / "in", []
folder.mkdir()
(folder / "1.txt").write_text("2 seconds\nnonsense\n-1 seconds\n0 seconds\n")
stamped = spark.readStream.text(str(folder)).withColumn("at", F.timestamp_seconds(F.lit(1)))
grouped = stamped.withWatermark("at", "1 second").groupBy(
    F.session_window("at", F.col("value")), "value"
)
query = (
    grouped.count().select("value", "count").writeStream.outputMode("complete")
    .foreachBatch(lambda batch, number: batches.append([tuple(row) for row in batch.collect()]))
    .option("checkpointLocation", str(work / "c")).trigger(availableNow=True).start()
)
assert query.awaitTermination(60), "it goes on"
print("of 4 rows:", batches)
assert batches == [[("2 seconds", 1)]]
PYTHON
