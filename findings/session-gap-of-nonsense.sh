#!/bin/bash
# PySpark 4.3.0 (ANSI mode, its default), Python 3.13, Java 17.
# Guess:  a session_window whose gap (a column) does not parse as an interval fails the query.
# Truth:  rows whose gap does not parse, is zero or is negative are dropped without a word.
# Output: of 4 rows: [('2 seconds', 1)]
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

gaps = spark.sql("SELECT * FROM VALUES ('2 seconds'), ('nonsense'), ('-1 seconds'), ('0 seconds') t(gap)")
stamped = gaps.withColumn("at", F.timestamp_seconds(F.lit(1)))
found = stamped.groupBy(F.session_window("at", F.col("gap")), "gap").count().select("gap", "count")
rows = [tuple(row) for row in found.collect()]
print("of 4 rows:", rows)
assert rows == [("2 seconds", 1)]
PYTHON
