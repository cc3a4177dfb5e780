"""Facts about Spark that good guesses get wrong: ``python guesses.py RESULTS``.

Each function of ``FACTS`` looks at one of them on valid input and returns what it saw; all share a
session.  The results are a file of JSON, fact to what was seen, an exception as its first line.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
import time
import warnings
from pathlib import Path

from pyspark.sql import Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.datasource import (
    DataSource,
    DataSourceStreamReader,
    InputPartition,
    SimpleDataSourceStreamReader,
)
from pyspark.sql.pandas.functions import ArrowUDFType, arrow_udf
from pyspark.sql.streaming.stateful_processor import StatefulProcessor
from pyspark.streaming import StreamingContext

FACTS = {}


def fact(function):
    FACTS[function.__name__] = function
    return function


def files(folder, *texts):
    place = Path(folder) / "in"
    place.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(texts):
        file = place / f"{number}.txt"
        file.write_text(text)
        # Files are read in the order in which they were changed.
        os.utime(file, (1e9 + number, 1e9 + number))
    return str(place)


def lines(session, folder, *texts):
    reader = session.readStream.option("maxFilesPerTrigger", 1)
    return reader.text(files(folder, *texts))


def drain(frame, folder, mode="append", each=None, **trigger):
    """Run the query to its end; the rows of each batch."""
    batches = []

    def take(batch, batch_id):
        batches.append([tuple(row) for row in batch.collect()])

    writer = frame.writeStream.outputMode(mode).foreachBatch(each or take)
    writer = writer.option("checkpointLocation", f"{folder}/checkpoint")
    query = writer.trigger(**(trigger or {"availableNow": True})).start()
    try:
        ended = query.awaitTermination(40)
    finally:
        query.stop()
    return batches if ended else "still running"


class Simple(DataSource):
    """Rows 0 to 9, three a read."""

    @classmethod
    def name(cls):
        return "simple"

    def schema(self):
        return "value INT"

    def simpleStreamReader(self, schema):
        return SimpleReader()


class SimpleReader(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"at": 0}

    def read(self, start):
        end = min(start["at"] + 3, 10)
        return iter([(n,) for n in range(start["at"], end)]), {"at": end}

    def readBetweenOffsets(self, start, end):
        return iter([(n,) for n in range(start["at"], end["at"])])

    def commit(self, end):
        pass


class Wide(DataSource):
    """An Arrow batch of 64-bit numbers for a column of ``INT``."""

    @classmethod
    def name(cls):
        return "wide"

    def schema(self):
        return "value INT, text STRING"

    def streamReader(self, schema):
        return WideReader()


class WideReader(DataSourceStreamReader):
    def initialOffset(self):
        return {"at": 0}

    def latestOffset(self):  # type: ignore[override]
        return {"at": 1}

    def partitions(self, start, end):
        return [InputPartition(0)]

    def read(self, partition):
        import pyarrow

        yield pyarrow.RecordBatch.from_pydict({"value": [1], "text": ["a"]})

    def commit(self, end):
        pass


class Rough(DataSource):
    """A float for a column of ``INT``, and whether the reader knows that it was asked before."""

    @classmethod
    def name(cls):
        return "rough"

    def schema(self):
        return "value INT, asked BOOLEAN"

    def streamReader(self, schema):
        return RoughReader(self.options["log"])


class RoughReader(WideReader):
    def __init__(self, log):
        self.log, self.asked = Path(log), False

    def note(self, what):
        with self.log.open("a") as file:
            file.write(f"{what} ")

    def initialOffset(self):
        self.note("initial")
        return {"at": 0}

    def latestOffset(self):  # type: ignore[override]
        self.asked = True
        self.note("latest")
        return {"at": 1}

    def read(self, partition):
        yield (1.7, self.asked)


@fact
def rough_reader(session, folder):
    """The row it gave, and which of its methods was called first."""
    log = f"{folder}/log"
    rows = drain(session.readStream.format("rough").option("log", log).load(), folder)
    return [rows, Path(log).read_text().split()[:2]]


@fact
def simple_reader_under_available_now(session, folder):
    return drain(session.readStream.format("simple").load(), folder)


@fact
def arrow_of_int64_for_int(session, folder):
    return drain(session.readStream.format("wide").load(), folder)


@fact
def columns_of_frames_by_name_or_place(session, folder):
    """Columns handed back in another order than the schema has them: by pandas, by Arrow."""
    import pyarrow as pa

    def frames(parts):
        for part in parts:
            part["b"] = 7
            yield part[["b", "id"]]

    def batches(parts):
        for part in parts:
            columns = {"b": pa.array([7] * part.num_rows, pa.int64()), "id": part.column(0)}
            yield pa.RecordBatch.from_pydict(columns)

    numbers, schema = session.range(1), "id LONG, b LONG"
    return [
        [list(row) for row in numbers.mapInPandas(frames, schema).collect()],
        [list(row) for row in numbers.mapInArrow(batches, schema).collect()],
    ]


@fact
def arrow_udf_of_int64_for_int(session, folder):
    same = arrow_udf(lambda numbers: numbers, "INT", ArrowUDFType.SCALAR)
    return [list(row) for row in session.range(2).select(same("id")).collect()]


@fact
def map_in_arrow_of_int64_for_int(session, folder):
    return session.range(2).mapInArrow(lambda parts: parts, "id INT").collect()


@fact
def state_provider_changed_on_a_checkpoint(session, folder):
    key = "spark.sql.streaming.stateStore.providerClass"
    package = "org.apache.spark.sql.execution.streaming.state."
    drain(lines(session, folder, "a\n").groupBy("value").count(), folder, "update")
    session.conf.set(key, package + "RocksDBStateStoreProvider")
    try:
        files(folder, "a\n", "a\n")
        counts = lines(session, folder, "a\n", "a\n").groupBy("value").count()
        return drain(counts, folder, "update")
    finally:
        session.conf.unset(key)


@fact
def shuffle_partitions_changed_on_a_checkpoint(session, folder):
    key = "spark.sql.shuffle.partitions"
    counts = lines(session, folder, "a\n").groupBy("value").count()
    drain(counts, folder, "update")
    session.conf.set(key, "5")
    try:
        files(folder, "a\n", "a\nb\nc\nd\n")
        seen = []

        def look(batch, batch_id):
            seen.append(
                (batch.rdd.getNumPartitions(), batch.sparkSession.conf.get(key), batch.count())
            )

        drain(
            lines(session, folder, "a\n", "a\nb\nc\nd\n").groupBy("value").count(),
            folder,
            "update",
            look,
        )
        return seen
    finally:
        session.conf.set(key, "2")


@fact
def two_actions_double_the_rows_of_state(session, folder):
    counts = lines(session, folder, "".join(f"{n}\n" for n in range(20))).groupBy("value").count()

    def twice(batch, batch_id):
        batch.count()
        batch.count()

    writer = counts.writeStream.outputMode("update").foreachBatch(twice)
    query = writer.option("checkpointLocation", f"{folder}/c").trigger(availableNow=True).start()
    query.awaitTermination(40)
    return [p["stateOperators"][0]["numRowsTotal"] for p in query.recentProgress][-1]


@fact
def session_gaps_of_nonsense(session, folder):
    text = "".join(f"{gap}\n" for gap in ("2 seconds", "nonsense", "-1 seconds", "0 seconds"))
    stamped = lines(session, folder, text).withColumn("at", F.timestamp_seconds(F.lit(1)))
    grouped = stamped.withWatermark("at", "1 second").groupBy(
        F.session_window("at", F.col("value")), "value"
    )
    return drain(grouped.count().select("value", "count"), folder, "complete")


@fact
def progress_that_is_kept(session, folder):
    session.conf.set("spark.sql.streaming.numRecentProgressUpdates", "2")
    try:
        frame = lines(session, folder, "a\n", "b\n", "c\n", "d\n")
        writer = frame.writeStream.format("noop").option("checkpointLocation", f"{folder}/c")
        query = writer.trigger(availableNow=True).start()
        query.awaitTermination(40)
        return len(query.recentProgress)
    finally:
        session.conf.unset("spark.sql.streaming.numRecentProgressUpdates")


@fact
def triggers_in_words(session, folder):
    frame, found = lines(session, folder, "a\n"), dict[str, object]()
    words = ("999 microseconds", "1.5 seconds", "1.5 minutes", "1.5 s", "500 ms")
    for number, text in enumerate(words):
        try:
            writer = frame.writeStream.format("noop").trigger(processingTime=text)
            query = writer.option("checkpointLocation", f"{folder}/{number}").start()
            found[text] = query._jsq is not None
            query.stop()
        except Exception as problem:
            found[text] = type(problem).__name__
    return found


@fact
def async_progress_by_sink(session, folder):
    frame, found = lines(session, folder, "a\n"), dict[str, object]()
    sinks = {
        "noop": frame.writeStream.format("noop"),
        "console": frame.writeStream.format("console"),
        "memory": frame.writeStream.format("memory").queryName("m"),
        "files": frame.writeStream.format("text").option("path", f"{folder}/out"),
        "foreachBatch": frame.writeStream.foreachBatch(lambda batch, batch_id: None),
    }
    for name, writer in sinks.items():
        writer = writer.option("asyncProgressTrackingEnabled", "true")
        writer = writer.option("checkpointLocation", f"{folder}/{name}")
        try:
            writer.trigger(processingTime="1 second").start().stop()
            found[name] = True
        except Exception as problem:
            found[name] = str(problem).splitlines()[0]
    return found


@fact
def a_list_as_a_frame_without_a_python_worker(session, folder):
    plan = session.createDataFrame([("a",)], "value string")._jdf.queryExecution().toString()
    return "LocalRelation" in plan or "LocalTableScan" in plan


@fact
def limit_below_an_aggregate_of_a_stateful_batch(session, folder):
    text = "".join(f"{n}\n" for n in range(300))
    counts = lines(session, folder, text).groupBy("value").count()
    seen = []

    def look(batch, batch_id):
        seen.append(batch.limit(5).agg(F.count(F.lit(1))).collect()[0][0])

    drain(counts, folder, "update", look)
    return seen


@fact
def take_of_a_stateful_batch(session, folder):
    text = "".join(f"{n}\n" for n in range(300))
    counts = lines(session, folder, text).groupBy("value").count()
    return drain(counts, folder, "update", lambda batch, batch_id: batch.take(1) and None)


@fact
def year_zero(session, folder):
    when = "try_to_timestamp('01/Jan/0000:00:00:01 +0000', 'dd/MMM/yyyy:HH:mm:ss Z')"
    return session.sql(f"SELECT unix_millis({when})").collect()[0][0]


@fact
def nul_between_quotes(session, folder):
    found = []
    for options in ("map('sep', ',')", "map('escape', '\"')"):
        text = f"from_csv(concat('a,\"', chr(0), '\"'), 'x STRING, y STRING', {options})"
        row = session.sql(f"SELECT {text} AS row").collect()[0][0]
        found.append([row.x, row.y])
    return found


@fact
def a_watermark_of_a_month(session, folder):
    frame = lines(session, folder, "a\n").withColumn("at", F.timestamp_seconds(F.lit(1)))
    return frame.withWatermark("at", "1 month").isStreaming


@fact
def deduplication_without_a_watermark(session, folder):
    frame = lines(session, folder, "a\n").dropDuplicatesWithinWatermark(["value"])
    return [frame.isStreaming, _refused(lambda: drain(frame, folder))]


def _refused(do):
    try:
        return do()
    except Exception as problem:
        return f"{type(problem).__name__}: {str(problem).strip().splitlines()[0]}"


@fact
def no_files_a_trigger(session, folder):
    reader = session.readStream.option("maxFilesPerTrigger", 0)
    return drain(reader.text(files(folder, "a\n")), folder)


@fact
def two_watermarks_of_a_column(session, folder):
    frame = lines(session, folder, "a\n").withColumn("at", F.timestamp_seconds(F.lit(1)))
    frame = frame.withWatermark("at", "1 hour").withWatermark("at", "1 second")
    return drain(frame.select("value"), folder)


@fact
def memory_sink_in_update_mode(session, folder):
    counts = lines(session, folder, "a\n", "a\n").groupBy("value").count()
    writer = counts.writeStream.format("memory").queryName("updates").outputMode("update")
    query = writer.option("checkpointLocation", f"{folder}/c").trigger(availableNow=True).start()
    query.awaitTermination(40)
    return sorted(tuple(row) for row in session.table("updates").collect())


@fact
def stop_while_a_python_task_runs(session, folder):
    """How long ``stop()`` took, and whether the task it left behind came to its end."""
    mark, done = Path(folder) / "began", Path(folder) / "done"

    @F.udf("string")
    def slowly(value):
        mark.write_text("")
        time.sleep(3)
        done.write_text("")
        return value

    writer = lines(session, folder, "a\n").select(slowly("value")).writeStream.format("noop")
    query = writer.option("checkpointLocation", f"{folder}/c").start()
    _until(mark.exists)
    began = time.monotonic()
    query.stop()
    took, ended_before = time.monotonic() - began, done.exists()
    return [took < 2, ended_before, _until(done.exists)]


@fact
def state_after_an_earlier_streaming_context(session, folder):
    """State without a checkpoint directory: alone, then after another context had set one."""

    def start():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            context = StreamingContext(session.sparkContext, 1)
        counts = context.textFileStream(files(folder, "a\n")).map(lambda line: (line, 1))
        counts.updateStateByKey(lambda new, old: (old or 0) + sum(new)).foreachRDD(lambda rdd: None)
        return context

    def begin(context):
        context.start()
        context.stop(stopSparkContext=False)
        return True

    alone, first = start(), ""
    try:
        begin(alone)
    except Exception as problem:
        first = str(problem)
    alone.stop(stopSparkContext=False)
    earlier = start()
    earlier.checkpoint(f"{folder}/checkpoint")
    begin(earlier)
    return ["checkpoint directory has not been set" in first, _refused(lambda: begin(start()))]


@fact
def row_form_of_state_without_protobuf(session, folder):
    """Defined and started without a complaint; what it says when it ends."""
    rocks = "org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider"
    session.conf.set("spark.sql.streaming.stateStore.providerClass", rocks)
    try:
        keyed = lines(session, folder, "a\n").groupBy("value")
        counted = keyed.transformWithState(Counter(), "value string", "Update", "None")
        writer = counted.writeStream.outputMode("update").format("noop")
        query = writer.option("checkpointLocation", f"{folder}/c").start()
        said = _refused(lambda: query.awaitTermination(40))
        query.stop()
        return [str(said), "protobuf" in str(said)]
    finally:
        session.conf.unset("spark.sql.streaming.stateStore.providerClass")


class Counter(StatefulProcessor):
    def init(self, handle):
        pass

    def handleInputRows(self, key, rows, timerValues):
        yield Row(value=key[0])

    def close(self):
        pass


@fact
def accents_under_a_c_locale(session, folder):
    """What Spark's own socket source makes of an accented letter, and the JVM's charset."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        reader = session.readStream.format("socket").option("host", host).option("port", port)
        writer = reader.load().writeStream.format("memory").queryName("accents")
        query = writer.option("checkpointLocation", f"{folder}/c").start()
        connection, _address = server.accept()
        with connection:
            connection.sendall("\N{LATIN SMALL LETTER E WITH ACUTE}\n".encode())
            _until(lambda: session.table("accents").count() > 0)
            query.stop()
    charset = session._jvm.java.nio.charset.Charset.defaultCharset().name()
    return [charset, [row.value for row in session.table("accents").collect()]]


def _until(done, seconds=30):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.1)
    return False


def main(results):
    session = (
        SparkSession.builder.master("local[2]")
        .appName("guesses")
        .config("spark.ui.enabled", "false")
        .config("spark.log.level", "OFF")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", 2)
        .getOrCreate()
    )
    for source in (Simple, Wide, Rough):
        session.dataSource.register(source)
    seen = {}
    for name, look in FACTS.items():
        try:
            seen[name] = look(session, tempfile.mkdtemp(dir=results.parent))
        except Exception as problem:
            seen[name] = f"{type(problem).__name__}: {str(problem).strip().splitlines()[0]}"
        print(name, seen[name], flush=True)
    session.stop()
    results.write_text(json.dumps(seen))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
