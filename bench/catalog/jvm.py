"""What only Scala's and Java's DStream API has, and what takes its place.  Pure data.

The rest is in ``operations.py`` under the same names.  ``tests/catalog/test_jvm.py`` holds both
together against the public methods of the installed Spark.
"""

from __future__ import annotations

from bench.catalog.operations import (
    CONTEXT,
    DSTREAM,
    MECHANICAL,
    NONE,
    REDESIGN,
    SEMANTICS,
    Operation,
)

STATE_SPEC, RECEIVER, LISTENER, INPUT = "StateSpec", "Receiver", "StreamingListener", "InputDStream"

_PAIRS = "Java's second method for functions that return pairs; a DataFrame has columns"
_HADOOP = (
    "a folder a batch against one folder with a log of the files that count; an OutputFormat of "
    "your own has no counterpart but a write within `foreachBatch`"
)

JVM_OPERATIONS: tuple[Operation, ...] = (
    # --- records and pairs --------------------------------------------------------------------
    Operation(DSTREAM, "mapToPair", "`select` with two columns", _PAIRS, change=MECHANICAL),
    Operation(
        DSTREAM,
        "flatMapToPair",
        "`select(explode(...))`; `flatMap` of a typed Dataset",
        _PAIRS,
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM, "mapPartitionsToPair", "`mapPartitions` of a Dataset", _PAIRS, change=MECHANICAL
    ),
    Operation(
        DSTREAM,
        "transformToPair",
        "DataFrame operators, or `foreachBatch` for what only an RDD can do",
        "runs on the job generator's thread for every batch; a query is planned once",
    ),
    Operation(
        DSTREAM,
        "transformWithToPair",
        "`join` or `union` of two streaming DataFrames",
        "rows meet by columns and across time, not by batch",
        change=REDESIGN,
    ),
    Operation(
        DSTREAM, "dstream", "none needed", "Java's way to the Scala object", change=MECHANICAL
    ),
    Operation(
        DSTREAM, "toJavaDStream", "none needed", "a DataFrame is one class", change=MECHANICAL
    ),
    Operation(
        DSTREAM, "fromJavaDStream", "none needed", "a DataFrame is one class", change=MECHANICAL
    ),
    Operation(
        DSTREAM, "fromPairDStream", "none needed", "a DataFrame is one class", change=MECHANICAL
    ),
    Operation(DSTREAM, "fromDStream", "none needed", "a DataFrame is one class", change=MECHANICAL),
    Operation(DSTREAM, "wrapRDD", "none needed", "a DataFrame is one class", change=MECHANICAL),
    # --- state --------------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "mapWithState",
        "`flatMapGroupsWithState`, or `transformWithState` (4.0)",
        "it emits one value a record; its counterpart is called once a key and batch with all of "
        "the key's rows; both touch keys with data only; state needs an encoder, and evolves "
        "within the limits of its schema",
        change=REDESIGN,
    ),
    Operation(
        DSTREAM,
        "stateSnapshots",
        'update mode; the state data source (`format("statestore")`, 4.0) from outside',
        "there is no stream of the whole state: what did not change is not written again",
        change=REDESIGN,
    ),
    Operation(
        STATE_SPEC,
        "function",
        "the function of `flatMapGroupsWithState`, or a `StatefulProcessor`",
        "gets an iterator of the key's rows in place of one value",
        change=REDESIGN,
    ),
    Operation(
        STATE_SPEC,
        "initialState",
        "`flatMapGroupsWithState(..., initialState)`, `transformWithState(..., initialState)`",
        "a Dataset of keys and states against an RDD of pairs",
        change=SEMANTICS,
    ),
    Operation(
        STATE_SPEC,
        "timeout",
        "`GroupStateTimeout.ProcessingTimeTimeout`, timers, or TTL of `transformWithState`",
        "idle keys time out at a checkpoint of the state, not at the moment; a timeout of a query "
        "is set at each call and fires with the next batch",
    ),
    Operation(
        STATE_SPEC,
        "numPartitions",
        "`spark.sql.shuffle.partitions`",
        "fixed by the checkpoint from the first start on",
        change=MECHANICAL,
    ),
    Operation(STATE_SPEC, "partitioner", "none", "state is hashed by its key, always", change=NONE),
    # --- output -------------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "print",
        '`format("console")`',
        "`print` takes the first ten rows and may compute one partition only; the console sink "
        "collects all rows",
        change=MECHANICAL,
    ),
    Operation(
        DSTREAM,
        "foreach",
        "`foreachBatch`",
        "an older name of `foreachRDD`",
        gone="2.0",
    ),
    Operation(
        DSTREAM,
        "saveAsObjectFiles",
        '`format("parquet")`, or `foreachBatch`',
        "Java serialization is no format of a query, and no file for the next version to read",
    ),
    Operation(DSTREAM, "saveAsHadoopFiles", "`foreachBatch`, or a file format", _HADOOP),
    Operation(DSTREAM, "saveAsNewAPIHadoopFiles", "`foreachBatch`, or a file format", _HADOOP),
    Operation(
        DSTREAM,
        "register",
        "none needed",
        "it makes an output of a stream by hand",
        change=REDESIGN,
    ),
    Operation(
        DSTREAM,
        "compute",
        "none",
        "asking a stream for the RDD of a time is asking for a past batch",
        change=NONE,
    ),
    # --- sources ------------------------------------------------------------------------------
    Operation(
        CONTEXT,
        "fileStream",
        "`readStream.format(...)` of Spark's file formats, or `binaryFile`",
        "an InputFormat or a filter of your own has no counterpart (`pathGlobFilter`, "
        "`modifiedAfter` do some); a query logs each file it has read",
    ),
    Operation(
        CONTEXT,
        "socketStream",
        '`readStream.format("socket")` for lines; a data source of your own for bytes',
        "the converter of bytes to records becomes a reader with offsets",
        change=REDESIGN,
    ),
    Operation(
        CONTEXT,
        "rawSocketStream",
        "none; a data source of your own",
        "blocks serialized by Spark itself, read as they come",
        change=NONE,
    ),
    Operation(
        CONTEXT,
        "receiverStream",
        "a data source of your own (`MicroBatchStream`; in Python `DataSource`, 4.0)",
        "a receiver pushes what it gets, a source is asked for a range of offsets, and must be "
        "able to give the same range again; else put a log such as Kafka between",
        change=REDESIGN,
    ),
    Operation(
        CONTEXT,
        "actorStream",
        "a data source of your own, or a log such as Kafka between",
        "went to Apache Bahir with Akka",
        change=REDESIGN,
        gone="2.0",
    ),
    Operation(
        CONTEXT,
        "networkStream",
        "as `receiverStream`",
        "an older name of `receiverStream`",
        change=REDESIGN,
        gone="2.0",
    ),
    # --- context ------------------------------------------------------------------------------
    Operation(
        CONTEXT, "transformToPair", "`join` and `union`; `foreachBatch`", _PAIRS, change=REDESIGN
    ),
    Operation(CONTEXT, "close", "`query.stop()`", "as `stop`"),
    Operation(
        CONTEXT,
        "getState",
        "`query.isActive`, `query.status`",
        "one state of the context against one a query",
        change=MECHANICAL,
    ),
    Operation(
        CONTEXT,
        "removeStreamingListener",
        "`spark.streams.removeListener`",
        "as `addStreamingListener`",
        change=MECHANICAL,
    ),
    Operation(CONTEXT, "sc", "`spark.sparkContext`", "as `sparkContext`", change=MECHANICAL),
    Operation(CONTEXT, "ssc", "none needed", "Java's way to the Scala object", change=MECHANICAL),
    Operation(
        CONTEXT,
        "jarOfClass",
        "`spark-submit --jars`, `SparkContext.jarOfClass`",
        "the same on the SparkContext",
        change=MECHANICAL,
    ),
    # --- classes of one's own -----------------------------------------------------------------
    Operation(
        RECEIVER,
        "extends",
        "a data source of your own (`MicroBatchStream`; in Python `DataSource`, 4.0)",
        "a receiver pushes what it gets, a source is asked for a range of offsets, and must be "
        "able to give the same range again; else put a log such as Kafka between",
        change=REDESIGN,
    ),
    Operation(
        INPUT,
        "extends",
        "a data source of your own (`MicroBatchStream`)",
        "`compute(time)` gives the RDD of a time; a source is asked for ranges of offsets",
        change=REDESIGN,
    ),
    Operation(
        LISTENER,
        "extends",
        "`StreamingQueryListener`",
        "batches, receivers and output operations against the progress of a query: offsets, rows, "
        "durations by phase, state; schedules and queues of batches are gone",
        change=REDESIGN,
    ),
)
