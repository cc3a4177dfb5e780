"""``python -m bench.child.upgrade FOLDER STEP RESULT KIND...``: a step in the life of checkpoints.

Each kind of job has a folder of its own below FOLDER, with its input and its checkpoint.  A step
gives every job a file of lines, runs it until that is processed, and writes to RESULT, as JSON,
what came out of each: ``{"rows": [...]}``, sorted, or ``{"error": "one sentence"}``.  The next step
may run on another Spark, or with a change (``kind+change``, see :data:`CHANGES`).
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
import warnings
from typing import Any

from bench.contract.causes import first_cause

#: What each step brings: ``side,key,number``.
LINES: tuple[tuple[str, ...], ...] = (
    ("L,a,1", "L,b,2", "L,a,3"),
    ("L,a,4", "R,a,5", "L,c,6"),
    ("R,a,7", "L,a,8", "L,d,9"),
)

STORES = {
    "hdfs": "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider",
    "rocksdb": "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",
}
PROVIDER = "spark.sql.streaming.stateStore.providerClass"
CHANGELOG = "spark.sql.streaming.stateStore.rocksdb.changelogCheckpointing.enabled"
PARTITIONS = "spark.sql.shuffle.partitions"

#: Settings that a change makes for its step; other changes are of the query itself.
CHANGES: dict[str, dict[str, str]] = {
    "partitions": {PARTITIONS: "3"},
    "column": {},
    "watermark": {},
    "trigger": {},
    "moved": {},
    "other-store": {PROVIDER: STORES["rocksdb"]},
    "changelog": {CHANGELOG: "true"},
}

#: How long a step of one job may take.
LIMIT_S = 120.0


def parsed(session: Any, folder: str) -> Any:
    """The lines of a folder as ``side``, ``key``, ``n`` and a time made of ``n``."""
    text = session.readStream.format("text").load(folder)
    return text.selectExpr(
        "split(value, ',')[0] AS side",
        "split(value, ',')[1] AS key",
        "CAST(split(value, ',')[2] AS INT) AS n",
        "timestamp_seconds(CAST(split(value, ',')[2] AS INT)) AS at",
    )


def stateless(session: Any, folder: str, change: str) -> Any:
    """Rows as they come."""
    rows = parsed(session, folder).select("key", "n")
    return rows.selectExpr("key", "n", "n + 1 AS more") if change == "column" else rows


def aggregate(session: Any, folder: str, change: str) -> Any:
    """Counts by key, updated."""
    from pyspark.sql import functions as F

    more = [F.sum("n").alias("sum")] if change == "column" else []
    return parsed(session, folder).groupBy("key").agg(F.count("*").alias("count"), *more)


def windows(session: Any, folder: str, change: str) -> Any:
    """Counts by windows of an hour under a watermark, updated."""
    from pyspark.sql import functions as F

    delay = "2 hours" if change == "watermark" else "1 hour"
    rows = parsed(session, folder).withWatermark("at", delay)
    counts = rows.groupBy(F.window("at", "1 hour"), "key").count()
    return counts.select("key", "count")


def deduplicated(session: Any, folder: str, change: str) -> Any:
    """Keys seen for the first time."""
    return parsed(session, folder).select("key").dropDuplicates(["key"])


def joined(session: Any, folder: str, change: str) -> Any:
    """Every left row with every right row of its key."""
    left = parsed(session, folder).where("side = 'L'").selectExpr("key", "n AS l")
    right = parsed(session, folder).where("side = 'R'").selectExpr("key AS k", "n AS r")
    return left.join(right, left.key == right.k).select("key", "l", "r")


def pandas_state(session: Any, folder: str, change: str) -> Any:
    """Sums by key, kept by ``applyInPandasWithState``."""
    from pyspark.sql.streaming.state import GroupStateTimeout

    def add(key: Any, frames: Any, state: Any) -> Any:
        total, last = (state.get[0] if state.exists else 0), frames
        for frame in frames:
            total, last = total + int(frame["n"].sum()), frame
        state.update((total,))
        yield last.head(1)[["key"]].assign(sum=total)

    grouped = parsed(session, folder).select("key", "n").groupBy("key")
    return grouped.applyInPandasWithState(
        add, "key STRING, sum LONG", "total LONG", "update", GroupStateTimeout.NoTimeout
    )


def transform_state(session: Any, folder: str, change: str) -> Any:
    """Sums by key, kept by ``transformWithStateInPandas`` (Spark 4.0 and later)."""
    # Without it the query ends with "driver worker exited unexpectedly", and no word of why.
    importlib.import_module("google.protobuf")
    from pyspark.sql.streaming.stateful_processor import StatefulProcessor

    class Sums(StatefulProcessor):
        def init(self, handle: Any) -> None:
            self._total = handle.getValueState("total", "total LONG")

        def handleInputRows(self, key: Any, rows: Any, timerValues: Any) -> Any:
            total, last = (self._total.get()[0] if self._total.exists() else 0), rows
            for frame in rows:
                total, last = total + int(frame["n"].sum()), frame
            self._total.update((total,))
            yield last.head(1)[["key"]].assign(sum=total)

        def close(self) -> None:
            pass

    grouped = parsed(session, folder).select("key", "n").groupBy("key")
    return grouped.transformWithStateInPandas(
        statefulProcessor=Sums(),
        outputStructType="key STRING, sum LONG",
        outputMode="update",
        timeMode="none",
    )


#: Kind to what makes the query, its output mode and its state store.
KINDS: dict[str, tuple[Any, str, str]] = {
    "stateless": (stateless, "append", ""),
    "file-sink": (stateless, "append", ""),
    "aggregate-hdfs": (aggregate, "update", "hdfs"),
    "aggregate-rocksdb": (aggregate, "update", "rocksdb"),
    "aggregate-changelog": (aggregate, "update", "rocksdb"),
    "windows-hdfs": (windows, "update", "hdfs"),
    "dedup-hdfs": (deduplicated, "append", "hdfs"),
    "join-hdfs": (joined, "append", "hdfs"),
    "join-rocksdb": (joined, "append", "rocksdb"),
    "pandas-state-hdfs": (pandas_state, "update", "hdfs"),
    "transform-state-rocksdb": (transform_state, "update", "rocksdb"),
}
DSTREAMS = ("dstream-stateless", "dstream-state")


def put(folder: str, step: int) -> None:
    """This step's file, at once whole."""
    os.makedirs(folder, exist_ok=True)
    ready = f"{folder}-{step}"
    with open(ready, "w", encoding="utf-8") as file:
        file.write("".join(f"{line}\n" for line in LINES[step]))
    os.replace(ready, f"{folder}/{step}.txt")


def query_step(session: Any, base: str, step: int, kind: str, change: str) -> list[Any]:
    """The rows of a query's step; raises what ends it."""
    build, mode, store = KINDS[kind]
    settings = {PARTITIONS: "2", **CHANGES.get(change, {})}
    if store and PROVIDER not in settings:
        settings[PROVIDER] = STORES[store]
    if kind == "aggregate-changelog":
        settings[CHANGELOG] = "true"
    for key, value in settings.items():
        session.conf.set(key, value)
    found: list[list[Any]] = []
    checkpoint = f"{base}/checkpoint"
    if change == "moved":
        os.rename(checkpoint, f"{base}/moved")
        checkpoint = f"{base}/moved"
    put(f"{base}/in", step)
    frame = build(session, f"{base}/in", change)
    writer = frame.writeStream.option("checkpointLocation", checkpoint).outputMode(mode)
    if kind == "file-sink":
        writer = writer.format("parquet").option("path", f"{base}/out")
    else:
        writer = writer.foreachBatch(lambda rows, _number: found.extend(map(list, rows.collect())))
    try:
        if change == "trigger":
            query = writer.trigger(processingTime="100 milliseconds").start()
            query.processAllAvailable()
            query.stop()
        else:
            query = writer.trigger(availableNow=True).start()
            if not query.awaitTermination(LIMIT_S):
                query.stop()
                raise TimeoutError(f"not done after {LIMIT_S:g} s")
    finally:
        for key in settings:
            session.conf.unset(key)
    if kind == "file-sink":
        found = [list(row) for row in session.read.parquet(f"{base}/out").collect()]
    return sorted(found)


def dstream_step(context: Any, base: str, step: int, kind: str) -> list[Any]:
    """The rows of the last batch of a DStream's step that had any."""
    from pyspark.streaming import StreamingContext

    folder, found = f"{base}/in", f"{base}/found"
    os.makedirs(folder, exist_ok=True)

    def keep(rdd: Any) -> None:
        rows = sorted(map(list, rdd.collect()))
        if rows:
            with open(found, "w", encoding="utf-8") as file:
                json.dump(rows, file)

    def make() -> Any:
        made = StreamingContext(context, 1)
        made.checkpoint(f"{base}/checkpoint")
        pairs: Any = made.textFileStream(folder).map(lambda line: tuple(line.split(",")[1:]))
        if kind == "dstream-state":
            pairs = pairs.updateStateByKey(lambda new, old: (old or 0) + len(new), numPartitions=2)
        pairs.foreachRDD(keep)
        return made

    stream = StreamingContext.getOrCreate(f"{base}/checkpoint", make)
    stream.start()
    wanted, deadline = {line.split(",")[1] for line in LINES[step]}, time.monotonic() + LIMIT_S
    try:
        time.sleep(1.5)
        put(folder, step)
        while time.monotonic() < deadline:
            stream.awaitTerminationOrTimeout(1)
            rows = _read(found)
            # Each step brings a key that no step before it has.
            if wanted <= {row[0] for row in rows}:
                return rows
        raise TimeoutError(f"nothing came of the new file within {LIMIT_S:g} s")
    finally:
        stream.stop(stopSparkContext=False, stopGraceFully=False)


def _read(path: str) -> list[Any]:
    try:
        with open(path, encoding="utf-8") as file:
            rows: list[Any] = json.load(file)
            return rows
    except (OSError, ValueError):
        return []


def main(arguments: list[str]) -> None:
    """Run the step of every kind; each has its place in RESULT, whatever became of it."""
    warnings.simplefilter("ignore")
    base, step, result, *kinds = arguments
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYSPARK_PYTHON"] = sys.executable
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.ui.showConsoleProgress", "false")
    session = builder.config("spark.log.level", "OFF").getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    answers: dict[str, Any] = {"spark": session.version}
    for word in kinds:
        kind, _, change = word.partition("+")
        folder = f"{base}/{word}"
        try:
            if kind in DSTREAMS:
                rows = dstream_step(session.sparkContext, folder, int(step), kind)
            else:
                rows = query_step(session, folder, int(step), kind, change if step != "0" else "")
            answers[word] = {"rows": rows}
        except Exception as problem:
            answers[word] = {"error": first_cause(problem)}
        with open(result, "w", encoding="utf-8") as file:
            json.dump(answers, file)
    session.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
