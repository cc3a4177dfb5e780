"""Settings of this engine as plain data, so that the harness reads them without pyspark."""

from __future__ import annotations

from bench.contract.knobs import SOURCE_PREFIX, Dimension, Fit, Knob

#: Set unless the user sets them: they keep a local run on loopback and its console readable, and
#: do not touch how batches are made.  ``spark.driver.host`` is set for local masters only.
BASE_CONF: dict[str, str] = {
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
LOCAL_CONF: dict[str, str] = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}

#: ``socketTextStream`` stores each block twice by default and, where there is no second executor,
#: logs a warning per block.  One copy that spills to disk is the safe choice on one machine:
#: MEMORY_ONLY drops blocks under backlog and loses records.
LOCAL_STORAGE_LEVEL = "MEMORY_AND_DISK"
CLUSTER_STORAGE_LEVEL = "MEMORY_AND_DISK_2"

#: Which paths a job can take when the user does not say; the first is the default.
DEFAULT_PATHS: list[str] = ["python", "jvm"]

#: Settings that make a stream recoverable, by source; and by what it is.
RECOVERABLE: dict[str, dict[str, str]] = {
    "socket": {"spark.streaming.receiver.writeAheadLog.enable": "true"}
}
RECOVERABLE_BY: dict[str, str] = {
    "socket": "write-ahead log and checkpoint",
    "directory": "files and checkpoint",
}

#: Settings by which every slot gets a task of each batch, by source: none, as the block interval is
#: the receiver's for the life of its JVM, and a task goes where its block is.
SPREAD: dict[str, dict[str, str]] = {}

#: Options of the source by the names ``--conf sparkbench.source.NAME=VALUE`` takes: a name of
#: pyspark's ``StorageLevel``.
STORAGE_LEVEL_OPTION = "storageLevel"

BLOCK_INTERVAL = Knob(
    name="block interval",
    key="spark.streaming.blockInterval",
    value="100ms",
    effect="",
    reason=(
        "Records of the last block interval slip into the next batch, so half of the default "
        "200 ms is 100 ms less to wait at the worst.  Every batch gets a task a block, twice as "
        "many."
    ),
    weakens_guarantee=False,
    transfers_to_remote_stores=True,
    fit=Fit(sources=("socket",)),
)

STORAGE_LEVEL = Knob(
    name="storage level",
    key=SOURCE_PREFIX + STORAGE_LEVEL_OPTION,
    value="MEMORY_ONLY",
    effect="",
    reason=(
        "Blocks are never written to disk.  Under backlog they are evicted instead and their "
        "records are lost, in batches that fail while Spark still counts them as received."
    ),
    weakens_guarantee=True,
    transfers_to_remote_stores=True,
    fit=Fit(sources=("socket",)),
)

#: Profile to its knobs; ``textbook`` is what Spark does by itself.
PROFILES: dict[str, tuple[Knob, ...]] = {
    "textbook": (),
    "tuned": (BLOCK_INTERVAL,),
    "fastest": (BLOCK_INTERVAL, STORAGE_LEVEL),
}

#: What ``sparkbench tune`` may change.  Not among them: ``spark.streaming.concurrentJobs``, with
#: which batches end out of order and records cannot be tied to them any more.
DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("trigger", "trigger", ("200ms", "500ms", "2s")),
    Dimension(
        "block interval",
        "conf." + BLOCK_INTERVAL.key,
        ("50ms", "100ms", "500ms"),
        fit=Fit(sources=("socket",)),
    ),
    Dimension(
        "storage level",
        "conf." + STORAGE_LEVEL.key,
        ("MEMORY_AND_DISK_DESER",),
        fit=Fit(sources=("socket",)),
    ),
    Dimension("streams", "streams", ("2", "4"), fit=Fit(sources=("socket",))),
    Dimension(
        "collector",
        "conf.spark.driver.extraJavaOptions",
        ("-XX:+UseParallelGC", "-XX:+UseSerialGC"),
    ),
    Dimension(
        "blocks in memory only",
        "conf." + STORAGE_LEVEL.key,
        ("MEMORY_ONLY",),
        weakens=True,
        fit=Fit(sources=("socket",)),
    ),
)
