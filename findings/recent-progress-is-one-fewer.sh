#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  spark.sql.streaming.numRecentProgressUpdates=2 keeps two reports, and 1 keeps one.
# Truth:  one fewer are kept: with 1 recentProgress is empty and lastProgress is None.
# Output: 2 keeps 1, 1 keeps 0
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
for n in range(4):
    (folder / f"{n}.txt").write_text("a\n")


def kept(number):
    spark.conf.set("spark.sql.streaming.numRecentProgressUpdates", number)
    frame = spark.readStream.option("maxFilesPerTrigger", 1).text(str(folder))
    writer = frame.writeStream.format("noop").option("checkpointLocation", str(work / f"c{number}"))
    query = writer.trigger(availableNow=True).start()
    assert query.awaitTermination(60)
    return len(query.recentProgress)


found = kept(2), kept(1)
print(f"2 keeps {found[0]}, 1 keeps {found[1]}")
assert found == (1, 0)
PYTHON
