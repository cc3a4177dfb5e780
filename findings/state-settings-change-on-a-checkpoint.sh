#!/bin/bash
# PySpark 4.3.0, Python 3.13, Java 17.
# Guess, written down first: upon a checkpoint another compression codec of state cannot be read,
#         changelogs of RocksDB cannot be switched on, and format version 2 for state
#         (checkpointFormatVersion) is refused where version 1 was written.
# Truth:  all three go on without a word, and the counts are right.
# Output: codec: 2, changelog: 2, format: 2
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

STORE = "spark.sql.streaming.stateStore."
ROCKS = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"


def run(name, settings):
    place = folder / name
    place.mkdir(exist_ok=True)
    (place / f"{len(list(place.iterdir()))}.txt").write_text("a\n")
    for key, value in settings.items():
        spark.conf.set(STORE + key, value)
    rows = []
    query = (
        spark.readStream.text(str(place)).groupBy("value").count().writeStream.outputMode("update")
        .foreachBatch(lambda batch, number: rows.extend(row["count"] for row in batch.collect()))
        .option("checkpointLocation", str(work / name)).trigger(availableNow=True).start()
    )
    assert query.awaitTermination(60)
    for key in settings:
        spark.conf.unset(STORE + key)
    return rows[-1]


def changed(name, key, before, after, **more):
    assert run(name, {key: before, **more}) == 1
    return run(name, {key: after, **more})


rocks = {"providerClass": ROCKS}
found = (
    changed("codec", "compression.codec", "lz4", "zstd"),
    changed("changelog", "rocksdb.changelogCheckpointing.enabled", "false", "true", **rocks),
    changed("format", "checkpointFormatVersion", "1", "2", **rocks),
)
print("codec: {}, changelog: {}, format: {}".format(*found))
assert found == (2, 2, 2)
PYTHON
