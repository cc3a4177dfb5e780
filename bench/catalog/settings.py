"""Every ``spark.streaming.*`` setting and what takes its place.  Pure data.

``tests/catalog/test_jvm.py`` holds it against the settings that the installed Spark defines; the
others are read by its code without being defined, belong to connectors, or are gone.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.catalog.operations import MECHANICAL, NONE, SEMANTICS

PREFIX = "spark.streaming."


@dataclass(frozen=True)
class Setting:
    """A setting without its :data:`PREFIX`.

    ``instead`` and ``difference`` are in Markdown, ``change`` is one of
    :data:`bench.catalog.operations.CHANGES`, ``gone`` the first version of Spark without it.
    """

    name: str
    instead: str
    difference: str
    change: str = NONE
    gone: str = ""

    @property
    def key(self) -> str:
        """The whole key."""
        return PREFIX + self.name


_RATE = "`maxOffsetsPerTrigger`, `maxFilesPerTrigger`, `maxBytesPerTrigger` of the source"
_PID = (
    "a fixed limit a trigger: nothing adapts it, as a query that falls behind makes its batches "
    "larger, not more"
)
_WAL = "none needed"
_LOGGED = (
    "a query writes offsets before it reads and reads the source again; received blocks are not "
    "logged, so the source must be able to give them again"
)
_CACHE = "`spark.kafka.consumer.cache.*`"
_DYNAMIC = "none for streams"
_SCALING = (
    "`spark.dynamicAllocation.enabled` looks at tasks that wait, not at how long batches take, and "
    "takes executors away between batches"
)

SETTINGS: tuple[Setting, ...] = (
    Setting("backpressure.enabled", _RATE, _PID, SEMANTICS),
    Setting("backpressure.initialRate", _RATE, _PID, SEMANTICS),
    Setting("backpressure.rateEstimator", "none", _PID),
    Setting("backpressure.pid.minRate", "`minOffsetsPerTrigger` with `maxTriggerDelay`", _PID),
    Setting("backpressure.pid.proportional", "none", _PID),
    Setting("backpressure.pid.integral", "none", _PID),
    Setting("backpressure.pid.derived", "none", _PID),
    Setting(
        "receiver.maxRate",
        _RATE,
        "records a second and receiver against records a trigger",
        SEMANTICS,
    ),
    Setting(
        "kafka.maxRatePerPartition",
        "`maxOffsetsPerTrigger`",
        "records a second and partition against records a trigger over all partitions: multiply by "
        "partitions and seconds of a trigger",
        SEMANTICS,
    ),
    Setting(
        "kafka.minRatePerPartition",
        "`minOffsetsPerTrigger` with `maxTriggerDelay`",
        "a floor of the rate against a wait for enough records",
        SEMANTICS,
    ),
    Setting("kafka.maxRetries", "`fetchOffset.numRetries`", "the same", MECHANICAL),
    Setting("kafka.consumer.poll.ms", "`kafkaConsumer.pollTimeoutMs`", "the same", MECHANICAL),
    Setting("kafka.consumer.cache.enabled", _CACHE, "a pool, always there", MECHANICAL),
    Setting("kafka.consumer.cache.initialCapacity", _CACHE, "a pool with one capacity", MECHANICAL),
    Setting(
        "kafka.consumer.cache.maxCapacity",
        "`spark.kafka.consumer.cache.capacity`",
        "the same",
        MECHANICAL,
    ),
    Setting("kafka.consumer.cache.loadFactor", "none", "a pool with one capacity"),
    Setting(
        "kafka.allowNonConsecutiveOffsets",
        "none needed",
        "gaps in offsets are expected",
        MECHANICAL,
    ),
    Setting("kinesis.retry.waitTime", "the connector's own", "another connector"),
    Setting("kinesis.retry.maxAttempts", "the connector's own", "another connector"),
    Setting(
        "concurrentJobs",
        "several queries",
        "the output operations of a context run one after another unless this is set, and then "
        "batches may overtake each other; queries run beside each other anyway, each in order",
        SEMANTICS,
    ),
    Setting(
        "stopGracefullyOnShutdown",
        "none needed where the source can be read again",
        "a query just ends and finds in its log what is left; "
        "`spark.sql.streaming.stopTimeout` bounds the wait for its thread; "
        "for a clean cut use `Trigger.AvailableNow`",
        SEMANTICS,
    ),
    Setting(
        "gracefulStopTimeout",
        "`spark.sql.streaming.stopTimeout`",
        "a wait for the thread, not for the batches",
        SEMANTICS,
    ),
    Setting(
        "stopSparkContextByDefault",
        "none needed",
        "`query.stop()` leaves the session alone",
        MECHANICAL,
    ),
    Setting(
        "blockInterval",
        "none",
        "tasks of a batch are made of a receiver's blocks; those of a query of the source's "
        "partitions (`minPartitions` of Kafka, `numPartitions` of the socket)",
    ),
    Setting("blockQueueSize", "none", "there are no blocks"),
    Setting("unpersist", "none needed", "a query keeps no RDD of a batch", MECHANICAL),
    Setting(
        "ui.retainedBatches",
        "`spark.sql.streaming.numRecentProgressUpdates`, "
        "`spark.sql.streaming.ui.retainedProgressUpdates`",
        "the same",
        MECHANICAL,
    ),
    Setting(
        "extraListeners",
        "`spark.sql.streaming.streamingQueryListeners`",
        "another class of listener",
        SEMANTICS,
    ),
    Setting(
        "sessionByKey.deltaChainThreshold",
        "`spark.sql.streaming.stateStore.minDeltasForSnapshot`",
        "deltas of `mapWithState` against those of a state store",
        SEMANTICS,
    ),
    Setting("receiver.writeAheadLog.enable", _WAL, _LOGGED, SEMANTICS),
    Setting("receiver.writeAheadLog.class", _WAL, _LOGGED),
    Setting("receiver.writeAheadLog.closeFileAfterWrite", _WAL, _LOGGED),
    Setting("receiver.writeAheadLog.maxFailures", _WAL, _LOGGED),
    Setting("receiver.writeAheadLog.rollingIntervalSecs", _WAL, _LOGGED),
    Setting("driver.writeAheadLog.class", _WAL, _LOGGED),
    Setting("driver.writeAheadLog.closeFileAfterWrite", _WAL, _LOGGED),
    Setting("driver.writeAheadLog.maxFailures", _WAL, _LOGGED),
    Setting("driver.writeAheadLog.rollingIntervalSecs", _WAL, _LOGGED),
    Setting("driver.writeAheadLog.allowBatching", _WAL, _LOGGED),
    Setting("driver.writeAheadLog.batchingTimeout", _WAL, _LOGGED),
    Setting("receiver.blockStoreTimeout", _WAL, _LOGGED),
    Setting("receiverRestartDelay", "none", "there are no receivers"),
    Setting("raw.maxBlockSizeBytes", "none", "there is no raw socket source"),
    Setting(
        "fileStream.minRememberDuration",
        "`maxFileAge` of the file source",
        "how old a file may be and still be new",
        SEMANTICS,
    ),
    Setting(
        "minRememberDuration",
        "`maxFileAge` of the file source",
        "an older name of `fileStream.minRememberDuration`",
        SEMANTICS,
    ),
    Setting("dynamicAllocation.enabled", _DYNAMIC, _SCALING),
    Setting("dynamicAllocation.testing", _DYNAMIC, _SCALING),
    Setting("dynamicAllocation.minExecutors", _DYNAMIC, _SCALING),
    Setting("dynamicAllocation.maxExecutors", _DYNAMIC, _SCALING),
    Setting("dynamicAllocation.scalingInterval", _DYNAMIC, _SCALING),
    Setting("dynamicAllocation.scalingUpRatio", _DYNAMIC, _SCALING),
    Setting("dynamicAllocation.scalingDownRatio", _DYNAMIC, _SCALING),
    Setting(
        "checkpoint.directory",
        "`spark.sql.streaming.checkpointLocation`",
        "one folder a query below it",
        MECHANICAL,
    ),
    Setting("clock", "none", "for Spark's own tests"),
    Setting("manualClock.jump", "none", "for Spark's own tests"),
    Setting("internal.batchTime", "the batch id of `foreachBatch`", "set by Spark, not by users"),
    Setting("internal.outputOpId", "`query.id`", "set by Spark, not by users"),
)

BY_KEY = {one.key: one for one in SETTINGS}
