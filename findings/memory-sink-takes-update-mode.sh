#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  the memory sink refuses update mode, which it cannot carry out.
# Truth:  it takes it and appends every update: the table holds a key as often as it changed.
# Output: [('a', 1), ('a', 2)]
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
for n in range(2):
    (folder / f"{n}.txt").write_text("a\n")
frame = spark.readStream.option("maxFilesPerTrigger", 1).text(str(folder)).groupBy("value").count()
writer = frame.writeStream.format("memory").queryName("updates").outputMode("update")
query = writer.option("checkpointLocation", str(work / "c")).trigger(availableNow=True).start()
assert query.awaitTermination(60)
rows = sorted(tuple(row) for row in spark.table("updates").collect())
print(rows)
assert rows == [("a", 1), ("a", 2)]
PYTHON
