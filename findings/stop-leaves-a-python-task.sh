#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  when StreamingQuery.stop() has returned, nothing of the query runs any more.
# Truth:  it returns at once, and a Python task runs on to its end, side effects included.
# Output: stop() took 0.0 s; written before it returned: False; written later: True
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0 pandas==2.3.3 pyarrow==26.0.1
"$PY" - <<'PYTHON'
import time

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

folder, began, done = work / "in", work / "began", work / "done"
folder.mkdir()
(folder / "1.txt").write_text("a\n")


def until(seen):
    deadline = time.monotonic() + 30
    while not seen() and time.monotonic() < deadline:
        time.sleep(0.1)
    return seen()


@F.udf("string")
def slowly(value):
    began.write_text("")
    time.sleep(4)
    done.write_text("")
    return value


frame = spark.readStream.text(str(folder)).select(slowly("value"))
query = frame.writeStream.format("noop").option("checkpointLocation", str(work / "c")).start()
assert until(began.exists)
at = time.monotonic()
query.stop()
took, before = time.monotonic() - at, done.exists()
later = until(done.exists)
print(f"stop() took {took:.1f} s; written before it returned: {before}; written later: {later}")
assert took < 2 and not before and later
PYTHON
