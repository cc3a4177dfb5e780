#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess:  another spark.sql.streaming.stateStore.providerClass upon a checkpoint is refused, or used.
# Truth:  neither: the query goes on with the checkpoint's own provider, without a word, while the
#         setting reads as the new one.  To move to RocksDB one needs a new checkpoint.
# Output: set: RocksDBStateStoreProvider; count: 2; files of RocksDB (*.zip): 0
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

folder, counts = work / "in", []
folder.mkdir()


def run(name):
    (folder / name).write_text("a\n")
    query = (
        spark.readStream.text(str(folder)).groupBy("value").count().writeStream.outputMode("update")
        .foreachBatch(lambda batch, number: counts.extend(row["count"] for row in batch.collect()))
        .option("checkpointLocation", str(work / "c")).trigger(availableNow=True).start()
    )
    assert query.awaitTermination(60)


run("1.txt")
key = "spark.sql.streaming.stateStore.providerClass"
spark.conf.set(key, "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider")
run("2.txt")
rocks = len(list((work / "c" / "state").rglob("*.zip")))
print(f"set: {spark.conf.get(key).split('.')[-1]}; count: {counts[-1]}; files of RocksDB (*.zip): {rocks}")
assert (counts, rocks) == ([1, 2], 0)
PYTHON
