"""Every operation of PySpark's DStream API and what takes its place.  Pure data.

``tests/catalog/test_operations.py`` holds it against the methods of the installed version, and the
jobs named against their code.  What only Scala and Java have stands in ``jvm.py``, what comes from
elsewhere in ``connectors.py``, settings in ``settings.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

#: How much a move asks for.  MECHANICAL: written otherwise, means the same.  SEMANTICS: there is a
#: counterpart, and its results differ.  REDESIGN: what it did has to be thought out anew.  NONE:
#: there is no counterpart.  BROKEN: it does not work today, or not on the installed Spark.
MECHANICAL, SEMANTICS, REDESIGN, NONE, BROKEN = (
    "mechanical",
    "semantics",
    "redesign",
    "none",
    "broken",
)

#: From what asks for least to what asks for most.
CHANGES = (MECHANICAL, SEMANTICS, REDESIGN, NONE, BROKEN)


@dataclass(frozen=True)
class Operation:
    """A public method ``name`` of ``owner``, ``DStream`` or ``StreamingContext``.

    ``instead`` is the counterpart in Structured Streaming and ``difference`` what to mind, both in
    Markdown; ``jobs`` are jobs of the catalogue whose DStream side calls it, ``files`` those files
    of both engine packages that do so around every job.  ``change`` is one of :data:`CHANGES`,
    ``gone`` the first version of Spark without it.
    """

    owner: str
    name: str
    instead: str
    difference: str
    jobs: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    change: str = SEMANTICS
    gone: str = ""


DSTREAM, CONTEXT = "DStream", "StreamingContext"

_TIMED = (
    "a DStream's windows count processing time from the stream's start, `window()` counts event "
    "time from the epoch, and a watermark decides what is too late"
)
_KEYED = "a DStream of pairs has its key in each record, a DataFrame groups by a column"
_TOTAL = (
    "a DStream's result is of one batch; a streaming `groupBy` is a total since the start, so the "
    "result per batch needs `foreachBatch`"
)
_JOINS = (
    "a DStream joins what came in the same batch; a stream-stream join matches across time, keeps "
    "both sides as state, and needs watermarks and a time bound to let go of it"
)
_INVERSE = (
    "the inverse form keeps a running value, from five slides a window on (below, PySpark makes "
    "each window anew), and needs a checkpoint directory; a query keeps state for each open window "
    "instead and has no inverse function"
)

OPERATIONS: tuple[Operation, ...] = (
    # --- record by record ---------------------------------------------------------------------
    Operation(
        DSTREAM,
        "map",
        "`select` with column expressions; a UDF where there is none",
        "column expressions stay in the JVM, every Python function moves records to a Python "
        "worker and back",
        jobs=(
            "wordcount",
            "weblog",
        ),
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "flatMap",
        "`select(explode(...))`; `mapInPandas` or `mapInArrow` for any function",
        "`explode` drops rows whose array is empty or null, as a function that returns nothing "
        "does",
        jobs=(
            "parse_csv",
            "wordcount",
        ),
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "filter",
        "`where` / `filter` with a condition",
        "a condition that is null drops the row; Python's truth of any value does not apply",
        jobs=(
            "join",
            "fraud",
        ),
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "mapPartitions",
        "`mapInPandas`, `mapInArrow`",
        "the function gets batches of at most `spark.sql.execution.arrow.maxRecordsPerBatch` rows, "
        "and the schema of what it returns has to be given",
        jobs=("topk",),
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "mapPartitionsWithIndex",
        "`spark_partition_id()` beside `mapInPandas`",
        "partitions of a query are those of its source and shuffles, not blocks of a receiver",
    ),
    Operation(
        DSTREAM,
        "mapValues",
        "`withColumn` on the value's column",
        "a DataFrame has no key that is kept apart; `mapValues` keeps the partitioning by key, a "
        "query plans it",
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "flatMapValues",
        "`select('key', explode('values'))`",
        "the key is a column like any other",
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "glom",
        "none; `mapInPandas` sees a partition's rows",
        "how rows are dealt to partitions is no part of a query's meaning",
        change=NONE,
    ),
    # --- one batch ----------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "count",
        "`groupBy().count()` for a total; `foreachBatch` with `count()` for each batch",
        _TOTAL + "; a DStream gives 0 for an empty batch, a query no row",
    ),
    Operation(DSTREAM, "countByValue", "`groupBy(column).count()`", _TOTAL),
    Operation(
        DSTREAM,
        "reduce",
        "`agg(...)`; `foreachBatch` for each batch",
        _TOTAL + "; any function against the aggregates there are (or a pandas UDAF)",
    ),
    Operation(
        DSTREAM,
        "reduceByKey",
        "`groupBy(key).agg(...)`",
        f"{_TOTAL}; {_KEYED}",
        jobs=("wordcount",),
    ),
    Operation(
        DSTREAM,
        "combineByKey",
        "`groupBy(key).agg(...)`; `transformWithState` for state of your own",
        _TOTAL,
        change=REDESIGN,
    ),
    Operation(
        DSTREAM,
        "groupByKey",
        "`groupBy(key).agg(collect_list(...))`; `applyInPandasWithState`",
        _TOTAL + "; collected lists grow without end unless a watermark closes them",
    ),
    Operation(
        DSTREAM,
        "transform",
        "DataFrame operators, or `foreachBatch` for what only an RDD or a batch can do",
        "`transform` runs its function on the job generator's thread for every batch, so the "
        "function may look at the outside world; a query is planned once",
        jobs=(
            "sliding",
            "sliding_inverse",
        ),
    ),
    Operation(
        DSTREAM,
        "transformWith",
        "`join` or `union` of two streaming DataFrames; `foreachBatch` with a static one",
        "both DStreams have one batch interval; two sources of a query advance together too, yet "
        "their rows meet by columns, not by batch",
        change=REDESIGN,
    ),
    # --- several streams ----------------------------------------------------------------------
    Operation(
        DSTREAM,
        "union",
        "`union`, `unionByName`",
        "columns must agree in number and type; each socket of a DStream holds a task slot for "
        "its receiver, a query's do not",
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "cogroup",
        "full outer stream-stream join, or `transformWithState` over a union",
        _JOINS,
        change=REDESIGN,
    ),
    Operation(DSTREAM, "join", "stream-stream `join`", _JOINS, jobs=("join",)),
    Operation(
        DSTREAM,
        "leftOuterJoin",
        "stream-stream `join(..., 'leftOuter')`",
        _JOINS + "; rows without a match come once the watermark has passed, not with their batch",
    ),
    Operation(
        DSTREAM,
        "rightOuterJoin",
        "stream-stream `join(..., 'rightOuter')`",
        _JOINS + "; rows without a match come once the watermark has passed, not with their batch",
    ),
    Operation(
        DSTREAM,
        "fullOuterJoin",
        "stream-stream `join(..., 'fullOuter')`",
        _JOINS + "; rows without a match come once the watermark has passed, not with their batch",
    ),
    # --- windows ------------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "window",
        "`groupBy(window(time, length, slide))`",
        _TIMED + "; a windowed DStream is a stream of records again, a window of a query only "
        "exists as a group",
        jobs=("join",),
    ),
    Operation(
        DSTREAM,
        "reduceByWindow",
        "`groupBy(window(...)).agg(...)`",
        f"{_TIMED}; {_INVERSE}",
    ),
    Operation(DSTREAM, "countByWindow", "`groupBy(window(...)).count()`", f"{_TIMED}; {_INVERSE}"),
    Operation(
        DSTREAM,
        "countByValueAndWindow",
        "`groupBy(window(...), value).count()`",
        f"{_TIMED}; {_INVERSE}",
    ),
    Operation(
        DSTREAM,
        "groupByKeyAndWindow",
        "`groupBy(window(...), key).agg(collect_list(...))`",
        f"{_TIMED}; PySpark always gives an inverse function here, so it needs a checkpoint "
        "directory, and calls it from five slides a window on",
    ),
    Operation(
        DSTREAM,
        "reduceByKeyAndWindow",
        "`groupBy(window(...), key).agg(...)` with `withWatermark`",
        f"{_TIMED}; {_INVERSE}",
        jobs=(
            "tumbling",
            "sliding",
            "sliding_inverse",
            "fraud",
        ),
    ),
    # --- state --------------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "updateStateByKey",
        "`groupBy(key).agg(...)` in update mode for what an aggregate can say; "
        "`transformWithState` (4.0) or `applyInPandasWithState` for the rest",
        "the update function runs for every key in every batch, so cost grows with the state; a "
        "query touches only keys with new rows or timers; state of a DStream goes with a "
        "checkpoint that breaks on a change of code, a query's with offsets and a state store",
        jobs=(
            "running_wordcount",
            "custom_state",
            "sessions",
            "dedup",
            "weblog",
        ),
        change=REDESIGN,
    ),
    # --- output -------------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "foreachRDD",
        "`foreachBatch`",
        "both run a batch again after a failure; `foreachBatch` hands over a batch id that stays "
        "the same, so a sink can be idempotent; a Python function of `foreachRDD` must return "
        "`None`; that of a stateful query has to read the whole batch (`count`, `collect`, or a "
        "sort before a limit: after `take` or `show` alone the query ends, from 4.1 on)",
        files=("sinks/own.py",),
    ),
    Operation(
        DSTREAM,
        "pprint",
        '`format("console")`',
        "`pprint` takes the first rows, prints a header for an empty batch too, and writes to "
        "Python's standard output; the console sink collects all rows, prints an empty table "
        "for a batch without any, and writes to the JVM's",
        files=("sinks/own.py",),
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "saveAsTextFiles",
        '`format("text")` with a path and a checkpoint',
        "a folder a batch against one folder with a log of the files that count; readers that do "
        "not know the log (`_spark_metadata`) may see files of failed tries",
        change=MECHANICAL,
    ),
    # --- how it runs --------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "repartition",
        "`repartition`",
        "the same; a query's shuffles have `spark.sql.shuffle.partitions` (200), a DStream's "
        "`defaultParallelism`",
        jobs=("topk",),
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "partitionBy",
        "`repartition(n, key)`",
        "any Python function against hash partitioning of Spark SQL",
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "cache",
        "`persist` of the batch within `foreachBatch`",
        "a streaming DataFrame cannot be cached; one that feeds two sinks is two queries, which "
        "read the source twice",
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "persist",
        "`persist` of the batch within `foreachBatch`",
        "as for `cache`",
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "checkpoint",
        "`checkpointLocation` of the query",
        "how often a DStream's RDDs are written is chosen; a query writes offsets and state with "
        "every batch (`spark.sql.streaming.stateStore.*` tunes it)",
    ),
    Operation(
        DSTREAM,
        "slice",
        "none; write to a sink and query that",
        "past batches of a stream cannot be asked for; the memory sink keeps results by name for "
        "tests",
        change=NONE,
    ),
    Operation(
        DSTREAM,
        "context",
        "`sparkSession` of the DataFrame",
        "a query belongs to a session, and many can run in one; of StreamingContexts one a JVM",
        change=MECHANICAL,
    ),
    # --- StreamingContext: sources ------------------------------------------------------------
    Operation(
        CONTEXT,
        "socketTextStream",
        '`readStream.format("socket")`',
        "a receiver on an executor that decodes UTF-8, reconnects and holds a task slot, against a "
        "thread of the driver that decodes the JVM's charset and idles after the peer has closed; "
        "order of arrival within partitions against rows dealt in turn; neither can be read again",
        files=("sources.py",),
    ),
    Operation(
        CONTEXT,
        "textFileStream",
        '`readStream.format("text").load(folder)`',
        "a DStream takes files by their time of change, as old as "
        "`spark.streaming.fileStream.minRememberDuration` at most; a query logs each file it has "
        "read and begins with those that are there; `maxFilesPerTrigger` bounds a batch",
        files=("sources.py",),
        change=MECHANICAL,
    ),
    Operation(
        CONTEXT,
        "binaryRecordsStream",
        '`readStream.format("binaryFile")`',
        "records of one length against one row a file; cut them with `mapInPandas`",
    ),
    Operation(
        CONTEXT,
        "queueStream",
        '`format("rate")`, or files in a folder, for tests',
        "a query has no source of RDDs in memory in Python",
        change=REDESIGN,
    ),
    # --- StreamingContext: several streams ----------------------------------------------------
    Operation(
        CONTEXT,
        "union",
        "`union` of DataFrames",
        "as `DStream.union`",
        jobs=("union",),
        change=MECHANICAL,
    ),
    Operation(
        CONTEXT,
        "transform",
        "`join` and `union`; `foreachBatch`",
        "a function of one RDD of each stream, batch by batch, has no counterpart: rows meet by "
        "columns",
        change=REDESIGN,
    ),
    # --- StreamingContext: life ---------------------------------------------------------------
    Operation(
        CONTEXT,
        "start",
        "`writeStream...start()`",
        "a context starts all its outputs at once and takes no new ones; each sink is a query of "
        "its own that starts, fails and stops alone",
        files=("engine.py",),
        change=MECHANICAL,
    ),
    Operation(
        CONTEXT,
        "awaitTermination",
        "`query.awaitTermination()`, `spark.streams.awaitAnyTermination()`",
        "a failed batch of a DStream is an error there and the stream goes on; a query ends with "
        "its first error",
    ),
    Operation(
        CONTEXT,
        "awaitTerminationOrTimeout",
        "`query.awaitTermination(timeout)`",
        "both take seconds in Python",
        files=("engine.py",),
        change=MECHANICAL,
    ),
    Operation(
        CONTEXT,
        "stop",
        "`query.stop()`; `processAllAvailable()` before it",
        "`stopGraceFully` works off what was received; a query just ends and finds in its log what "
        "is left, if its source can be read again",
        files=("engine.py",),
    ),
    Operation(
        CONTEXT,
        "checkpoint",
        "`checkpointLocation`",
        "one folder for the context, the graph of functions in it; one a query, with offsets, "
        "commits and state, and no code",
        files=("context.py",),
    ),
    Operation(
        CONTEXT,
        "getOrCreate",
        "`start()` with the same `checkpointLocation`",
        "a DStream comes back from pickled functions, so changed code is not picked up or fails; a "
        "query runs today's code from stored offsets, within limits (grouping keys and state "
        "schema must stay)",
        change=REDESIGN,
    ),
    Operation(
        CONTEXT,
        "getActive",
        "`spark.streams.active`",
        "one context or none against a list of queries",
        change=MECHANICAL,
    ),
    Operation(
        CONTEXT,
        "getActiveOrCreate",
        "`spark.streams.active`, else `start()`",
        "as `getOrCreate`",
        change=REDESIGN,
    ),
    Operation(
        CONTEXT,
        "remember",
        "none; watermarks bound what a query keeps",
        "RDDs of past batches are kept for so long; a query keeps state, not batches",
        change=NONE,
    ),
    Operation(
        CONTEXT,
        "addStreamingListener",
        "`spark.streams.addListener(StreamingQueryListener)`",
        "receivers, batches and output operations against progress of a query: offsets, rows, "
        "durations by phase, state",
        change=REDESIGN,
    ),
    Operation(
        CONTEXT,
        "sparkContext",
        "`spark.sparkContext`; absent in Spark Connect",
        "a session in place of a context",
        change=MECHANICAL,
    ),
)
