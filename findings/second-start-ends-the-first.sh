#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess, written down first: a query that is started upon the checkpoint of a running one (the same
#         session, by mistake twice) is refused.
# Truth:  the second starts and the FIRST IS ENDED without an exception
#         (spark.sql.streaming.stopActiveRunOnRestart, true by default).
# Output: started: 2; the first runs: False, its exception: None; the second runs: True
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

(folder / "1.txt").write_text("a\n")


def start():
    writer = spark.readStream.text(str(folder)).writeStream.format("noop")
    return writer.option("checkpointLocation", str(work / "c")).start()


first, second = start(), None
first.processAllAvailable()
second = start()
second.processAllAvailable()
found = first.isActive, first.exception(), second.isActive
print("started: 2; the first runs: {}, its exception: {}; the second runs: {}".format(*found))
second.stop()
assert found == (False, None, True)
PYTHON
