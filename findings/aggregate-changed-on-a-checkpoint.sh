#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess, written down first: count() that becomes sum() upon a checkpoint is refused, as the state
#         holds another thing; so is a group key of another name.
# Truth:  both go on without a word.  State is told by position and type, and a count is a BIGINT as
#         a sum is: what was counted is added up with what is summed.
# Output: count of one 5, then sum of another 5: [('5', 6)]; the key renamed: [('5', 4)]
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
folder = work / "in"
folder.mkdir()


def run(name, checkpoint, query):
    (folder / name).write_text("5\n")
    rows = []
    started = (
        query(spark.readStream.text(str(folder))).writeStream.outputMode("update")
        .foreachBatch(lambda batch, number: rows.extend(tuple(row) for row in batch.collect()))
        .option("checkpointLocation", str(work / checkpoint)).trigger(availableNow=True).start()
    )
    assert started.awaitTermination(60)
    return rows


def counted(lines):
    return lines.groupBy("value").agg(F.count("value").alias("n"))


def summed(lines):
    return lines.groupBy("value").agg(F.sum(F.col("value").cast("long")).alias("n"))


def renamed(lines):
    return lines.withColumnRenamed("value", "word").groupBy("word").agg(F.count("word").alias("n"))


assert run("1.txt", "a", counted) == [("5", 1)]
first = run("2.txt", "a", summed)
assert run("3.txt", "b", counted) == [("5", 3)]
second = run("4.txt", "b", renamed)
print(f"count of one 5, then sum of another 5: {first}; the key renamed: {second}")
assert first == [("5", 6)]
assert second == [("5", 4)]
PYTHON
