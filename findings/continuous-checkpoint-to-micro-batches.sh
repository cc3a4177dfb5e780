#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  continuous mode and micro-batches write the same logs, so the checkpoint of the one goes
#         on in the other, or is refused in a sentence.
# Truth:  micro-batches on a checkpoint of continuous mode end with a NullPointerException.  (So with
#         a source of the same offsets in both modes; with that the other way round goes on.)
# Output: continuous to micro-batches: watermarkTracker() is null
. "$(dirname "$0")/venv.inc"
venv pyspark==4.3.0 pandas==2.3.3 pyarrow==26.0.1
"$PY" - <<'PYTHON'
import os
import time

from pyspark.sql import SparkSession

spark = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.log.level", "OFF")
    .getOrCreate()
)
MODES = {"micro": {"processingTime": "1 second"}, "continuous": {"continuous": "1 second"}}


def run(mode, checkpoint, first):
    """Until an epoch after the first one is committed; what ended the query, if something did."""
    source = spark.readStream.format("rate").option("numPartitions", 1).load()
    writer = source.writeStream.format("noop").option("checkpointLocation", checkpoint)
    query = writer.trigger(**MODES[mode]).start()
    commits, end = f"{checkpoint}/commits", time.monotonic() + 60
    while query.isActive:
        done = os.listdir(commits) if os.path.isdir(commits) else []
        if max((int(name) for name in done if name.isdigit()), default=-1) > first:
            query.stop()
            return "goes on"
        assert time.monotonic() < end
        time.sleep(0.1)
    return str(query.exception())


checkpoint = f"{os.environ['WORK']}/checkpoint"
assert run("continuous", checkpoint, 0) == "goes on"
last = max(int(name) for name in os.listdir(f"{checkpoint}/commits") if name.isdigit())
said = run("micro", checkpoint, last)
said = "watermarkTracker() is null" if 'watermarkTracker()" is null' in said else said
print(f"continuous to micro-batches: {said}")
assert said == "watermarkTracker() is null"
PYTHON
