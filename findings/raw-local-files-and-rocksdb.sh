#!/bin/sh
# Spark 4.3.0 with Hadoop's RawLocalFileSystem for file:, and a query whose state is in RocksDB.
#
# Versions: PySpark 4.3.0 (Hadoop client 3.5 or what it ships), Java 17.
# Guess, written down first: spark.hadoop.fs.file.impl = RawLocalFileSystem, which spares checksum files
#   and forked helpers in every batch, serves a checkpoint with any state store.
# Behaviour: a query with its state on files (HDFSBackedStateStoreProvider) runs; one with RocksDB fails in
#   its first commit, CANNOT_WRITE_STATE_STORE, caused by a ClassCastException: to upload a snapshot Spark
#   calls FileSystem.copyFromLocalFile, and that casts the file system of file: to LocalFileSystem
#   (FileSystem.getLocal), which the raw one is not.
# Output seen: "hdfs: 1 batch or more"
#              "rocksdb: RawLocalFileSystem cannot be cast to LocalFileSystem"
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
venv=${FINDINGS_VENV:-}
if [ -z "$venv" ]; then
    python3 -m venv "$work/venv"
    "$work/venv/bin/pip" --quiet --disable-pip-version-check install 'pyspark==4.3.0'
    venv=$work/venv
fi
cat > "$work/query.py" <<'PY'
import os
import sys

os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
os.environ["PYSPARK_PYTHON"] = sys.executable
from pyspark.sql import SparkSession

STORES = "org.apache.spark.sql.execution.streaming.state."
session = (
    SparkSession.builder.master("local[2]")
    .config("spark.ui.enabled", "false")
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.hadoop.fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem")
    .getOrCreate()
)
assert session.version == "4.3.0", session.version
session.sparkContext.setLogLevel("OFF")


def said(name, store):
    session.conf.set("spark.sql.streaming.stateStore.providerClass", STORES + store)
    rows = session.readStream.format("rate").option("rowsPerSecond", 100).load()
    counts = rows.groupBy((rows.value % 10).alias("key")).count()
    query = (
        counts.writeStream.format("noop")
        .outputMode("update")
        .option("checkpointLocation", os.path.join(sys.argv[1], name))
        .start()
    )
    try:
        query.awaitTermination(25)
    except Exception as problem:
        words = str(problem)
        cast = "RawLocalFileSystem cannot be cast to class org.apache.hadoop.fs.LocalFileSystem"
        return "RawLocalFileSystem cannot be cast to LocalFileSystem" if cast in words else words[:400]
    done = query.lastProgress is not None and query.lastProgress["batchId"] >= 1
    query.stop()
    return "1 batch or more" if done else "no batch"


answers = [
    said("hdfs", "HDFSBackedStateStoreProvider"),
    said("rocksdb", "RocksDBStateStoreProvider"),
]
print("hdfs:", answers[0])
print("rocksdb:", answers[1])
session.stop()
right = answers == ["1 batch or more", "RawLocalFileSystem cannot be cast to LocalFileSystem"]
sys.exit(0 if right else 1)
PY
"$venv/bin/python" "$work/query.py" "$work" 2> "$work/log" || { tail -3 "$work/log" >&2; exit 1; }
