"""Sources and sinks from beside the DStream API, and what is done to a batch within it.  Pure data.

``gone`` is the version of Spark that took a class away.
"""

from __future__ import annotations

from bench.catalog.operations import (
    DSTREAM,
    MECHANICAL,
    NONE,
    REDESIGN,
    SEMANTICS,
    Operation,
)

KAFKA, RDD, BATCH = "KafkaUtils", "RDD", "batch"

_KAFKA = '`readStream.format("kafka")`'
_OFFSETS = (
    "offsets are those of the query's checkpoint: neither Kafka's groups nor a store of yours "
    "decide where it goes on; `startingOffsets` counts for the first start only"
)
_OUT = "went to Apache Bahir, whose last release is for Spark 2.4"
_LOG = "a data source of your own, or a log such as Kafka between"

CONNECTORS: tuple[Operation, ...] = (
    # --- Kafka --------------------------------------------------------------------------------
    Operation(
        KAFKA,
        "createDirectStream",
        _KAFKA,
        f"{_OFFSETS}; records are rows with `key` and `value` as bytes, decoded by `cast` or "
        "`from_json`, not by a Decoder or Deserializer; `maxOffsetsPerTrigger` in place of "
        "`maxRatePerPartition`",
    ),
    Operation(
        KAFKA,
        "createStream",
        _KAFKA,
        "a receiver with offsets in ZooKeeper against offsets in the query's checkpoint; "
        "the receiver-based API needs Kafka 0.8's protocol",
        change=SEMANTICS,
        gone="3.0",
    ),
    Operation(
        KAFKA,
        "createRDD",
        '`spark.read.format("kafka")` with `startingOffsets` and `endingOffsets`',
        "a batch read by ranges of offsets, the same",
        change=MECHANICAL,
    ),
    Operation(
        "ConsumerStrategies",
        "Subscribe",
        "option `subscribe`",
        f"consumer settings get the prefix `kafka.`; `group.id` and `auto.offset.reset` are not "
        f"taken; {_OFFSETS}",
        change=MECHANICAL,
    ),
    Operation(
        "ConsumerStrategies",
        "SubscribePattern",
        "option `subscribePattern`",
        _OFFSETS,
        change=MECHANICAL,
    ),
    Operation("ConsumerStrategies", "Assign", "option `assign`", _OFFSETS, change=MECHANICAL),
    Operation(
        "LocationStrategies",
        "PreferConsistent",
        "none needed",
        "a query spreads partitions over executors and keeps consumers there by itself",
        change=MECHANICAL,
    ),
    Operation(
        "LocationStrategies",
        "PreferBrokers",
        "none",
        "partitions cannot be put on brokers",
        change=NONE,
    ),
    Operation(
        "LocationStrategies",
        "PreferFixed",
        "none",
        "partitions cannot be put on hosts",
        change=NONE,
    ),
    Operation(
        RDD,
        "offsetRanges",
        "the offsets in the query's progress (`StreamingQueryListener`), columns `partition` and "
        "`offset` of each row",
        "ranges are not at hand within a batch; what they were for (storing offsets, idempotent "
        "output) is done by the checkpoint and by the batch id",
        change=REDESIGN,
    ),
    Operation(
        DSTREAM,
        "commitAsync",
        "none needed; a `StreamingQueryListener` where others watch the group's lag",
        _OFFSETS,
        change=REDESIGN,
    ),
    # --- other sources ------------------------------------------------------------------------
    Operation(
        "KinesisUtils",
        "createStream",
        "a Structured Streaming connector of AWS or Databricks, which Spark does not bring",
        "checkpoints in DynamoDB against offsets in the query's checkpoint; the connector has to "
        "be chosen, and its guarantees read",
        change=REDESIGN,
    ),
    Operation(
        "KinesisInputDStream",
        "builder",
        "a Structured Streaming connector of AWS or Databricks, which Spark does not bring",
        "checkpoints in DynamoDB against offsets in the query's checkpoint",
        change=REDESIGN,
    ),
    Operation(
        "FlumeUtils",
        "createStream",
        _LOG,
        "Flume's events are pushed to a receiver",
        change=REDESIGN,
        gone="3.0",
    ),
    Operation(
        "FlumeUtils",
        "createPollingStream",
        _LOG,
        "Flume's transactions end once the receiver has stored a block",
        change=REDESIGN,
        gone="3.0",
    ),
    Operation(
        "TwitterUtils",
        "createStream",
        _LOG,
        f"{_OUT}; the API it read has been shut down",
        change=NONE,
        gone="2.0",
    ),
    Operation("MQTTUtils", "createStream", _LOG, _OUT, change=REDESIGN, gone="2.0"),
    Operation("MQTTUtils", "createPairedStream", _LOG, _OUT, change=REDESIGN, gone="2.0"),
    Operation("ZeroMQUtils", "createStream", _LOG, _OUT, change=REDESIGN, gone="2.0"),
    Operation("AkkaUtils", "createStream", _LOG, _OUT, change=REDESIGN, gone="2.0"),
    Operation("PubsubUtils", "createStream", _LOG, _OUT, change=REDESIGN),
    Operation(
        "RabbitMQUtils",
        "createStream",
        _LOG,
        "a connector from elsewhere without a successor",
        change=REDESIGN,
    ),
    Operation(
        "EventHubsUtils",
        "createDirectStream",
        'Event Hubs\' Kafka endpoint with `readStream.format("kafka")`, or its own connector',
        _OFFSETS,
    ),
    Operation(
        "EventHubsUtils",
        "createStream",
        'Event Hubs\' Kafka endpoint with `readStream.format("kafka")`, or its own connector',
        _OFFSETS,
    ),
    Operation(
        "EventHubsUtils",
        "createUnionStream",
        'Event Hubs\' Kafka endpoint with `readStream.format("kafka")`, or its own connector',
        _OFFSETS,
    ),
    # --- other sinks --------------------------------------------------------------------------
    Operation(
        DSTREAM,
        "saveToCassandra",
        '`foreachBatch` with `write.format("org.apache.spark.sql.cassandra")`',
        "a batch that comes again writes the same rows again: harmless where the primary key comes "
        "from the data",
    ),
    Operation(
        DSTREAM,
        "saveToEs",
        '`writeStream.format("es")`',
        "rows in place of maps and case classes; documents need an id of their own to come once",
    ),
    Operation(DSTREAM, "saveJsonToEs", '`writeStream.format("es")`', "rows in place of JSON text"),
    Operation(
        DSTREAM, "saveToMongoDB", '`writeStream.format("mongodb")`', "rows in place of documents"
    ),
    # --- within a batch -----------------------------------------------------------------------
    Operation(
        RDD,
        "collect",
        "`collect` within `foreachBatch`",
        "the whole batch goes to the driver, then as now",
        change=MECHANICAL,
    ),
    *(
        Operation(
            RDD,
            name,
            f"`{name}` within `foreachBatch`",
            "the query of a stateful job ends unless every state partition of the batch was read "
            "(4.1 and later): `persist()` and `count()` first",
        )
        for name in ("take", "first", "top", "takeOrdered")
    ),
    Operation(
        RDD,
        "isEmpty",
        "`batch.isEmpty()`, mostly not needed",
        "a query runs no batch without data, but for state and watermarks",
        change=MECHANICAL,
    ),
    Operation(
        RDD,
        "count",
        "`count` within `foreachBatch`",
        "runs the batch once more unless it is persisted",
        change=MECHANICAL,
    ),
    Operation(
        RDD,
        "foreachPartition",
        "`foreach` with a writer (`open`, `process`, `close`), or `foreachPartition` within "
        "`foreachBatch`",
        "`open` gets the partition's and the batch's number, by which a write can be skipped that "
        "was made before",
        change=MECHANICAL,
    ),
    Operation(
        RDD,
        "foreach",
        "`foreach` with a function or a writer",
        "the same, row by row",
        change=MECHANICAL,
    ),
    Operation(
        RDD, "toDF", "none needed", "`foreachBatch` hands over a DataFrame", change=MECHANICAL
    ),
    Operation(
        BATCH,
        "createDataFrame",
        "none needed",
        "`foreachBatch` hands over a DataFrame",
        change=MECHANICAL,
    ),
    *(
        Operation(
            BATCH,
            name,
            "`createOrReplaceTempView` and SQL within `foreachBatch`, or over the streaming "
            "DataFrame itself",
            "within `foreachBatch` the view belongs to the batch's own session: "
            "`batch.sparkSession.sql(...)`",
            change=MECHANICAL,
        )
        for name in ("registerTempTable", "createOrReplaceTempView", "createTempView")
    ),
    Operation(
        BATCH,
        "sql",
        "`batch.sparkSession.sql(...)` within `foreachBatch`",
        "another session than the one that has the view finds no view",
        change=MECHANICAL,
    ),
    *(
        Operation(
            RDD,
            name,
            "a file sink, or `write` within `foreachBatch`",
            "the batch id makes a path that a batch that comes again writes once more",
            change=SEMANTICS,
        )
        for name in (
            "saveAsTextFile",
            "saveAsObjectFile",
            "saveAsHadoopFile",
            "saveAsNewAPIHadoopFile",
            "saveAsNewAPIHadoopDataset",
            "saveAsHadoopDataset",
            "saveAsSequenceFile",
        )
    ),
)
