#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess, written down first: a file of the input folder that is written anew, with another time of
#         change, is read again (a file source looks at times, as a DStream's does).
# Truth:  it is told by its path alone: the new content is never read, and nothing says so.
# Output: first run: ['old'], after it was rewritten: []
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


def run(text, changed):
    file = folder / "1.txt"
    file.write_text(text)
    os.utime(file, (changed, changed))
    rows = []
    query = (
        spark.readStream.text(str(folder)).writeStream
        .foreachBatch(lambda batch, number: rows.extend(row.value for row in batch.collect()))
        .option("checkpointLocation", str(work / "c")).trigger(availableNow=True).start()
    )
    assert query.awaitTermination(60)
    return rows


found = run("old\n", 1e9), run("new content\n", 1.9e9)
print(f"first run: {found[0]}, after it was rewritten: {found[1]}")
assert found == (["old"], [])
PYTHON
