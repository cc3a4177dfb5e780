#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  a trigger below a millisecond is refused; '1.5 seconds' and '1.5 minutes' are both taken.
# Truth:  '999 microseconds' becomes 0, which is "as fast as possible"; '1.5 seconds' is taken;
#         '1.5 minutes', '1.5 s' and '500 ms' are refused.
# Output: 999 microseconds: taken, 1.5 seconds: taken, 1.5 minutes: refused, 1.5 s: refused, 500 ms: refused
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

found = {}
for words in ("999 microseconds", "1.5 seconds", "1.5 minutes", "1.5 s", "500 ms"):
    frame = spark.readStream.format("rate").load()
    try:
        writer = frame.writeStream.format("noop").trigger(processingTime=words)
        writer.option("checkpointLocation", str(work / words)).start().stop()
        found[words] = "taken"
    except Exception:
        found[words] = "refused"
print(", ".join(f"{words}: {what}" for words, what in found.items()))
assert list(found.values()) == ["taken", "taken", "refused", "refused", "refused"]
PYTHON
