#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  a query that was stopped before its first batch had begun starts again with its
#         checkpoint: there is nothing in it yet that could bind it.
# Truth:  stopped while it writes the first offsets it can leave their temporary file, and then no
#         query starts with that checkpoint: STATE_STORE_CHECKPOINT_LOCATION_NOT_EMPTY, though there
#         is no state.  Once the file is removed it starts.
# Output: left .0.*.tmp, then STATE_STORE_CHECKPOINT_LOCATION_NOT_EMPTY, without it 1 batch
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0
"$PY" - <<'PYTHON'
import os
import re
import time
from pathlib import Path

from pyspark.sql import SparkSession

spark = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
spark = spark.config("spark.log.level", "OFF").getOrCreate()
frame = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 1).load()


def start(checkpoint):
    writer = frame.writeStream.format("noop").option("checkpointLocation", str(checkpoint))
    return writer.trigger(processingTime="1 hour").start()


def stopped_at_its_first_offsets(checkpoint):
    query = start(checkpoint)
    while query.status["message"] not in ("Writing offsets to log", "Waiting for next trigger"):
        pass
    query.stop()
    return [file.name for file in (checkpoint / "offsets").glob("*") if "crc" not in file.name]


for number in range(200):
    checkpoint = Path(os.environ["WORK"], f"checkpoint-{number}")
    left = stopped_at_its_first_offsets(checkpoint)
    if left and left[0].endswith(".tmp"):
        break
print(f"attempt {number}: {left}")


def first_batch():
    query = start(checkpoint)
    while query.isActive and query.lastProgress is None:
        time.sleep(0.05)
    problem = query.exception()
    batches = 0 if query.lastProgress is None else query.lastProgress.batchId + 1
    query.stop()
    return re.findall(r"\[(STATE_\w+)\]", str(problem))[0] if problem else f"{batches} batch"


found = first_batch()
(checkpoint / "offsets" / left[0]).unlink()
then = first_batch()
print(f"left .0.*.tmp, then {found}, without it {then}")
assert (found, then) == ("STATE_STORE_CHECKPOINT_LOCATION_NOT_EMPTY", "1 batch")
PYTHON
