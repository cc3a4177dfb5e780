"""Settings of this engine as plain data, so that the harness reads them without pyspark."""

from __future__ import annotations

from bench.contract.knobs import SINK_PREFIX, SOURCE_PREFIX, Dimension, Fit, Knob

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

#: Which paths a job can take when the user does not say; the first is the default.
DEFAULT_PATHS: list[str] = ["jvm"]

#: Where the figures of :data:`PROFILES` come from.
_FIGURES = "design measurements, 2 cores, PySpark 4.3.0; console job, 1,000 lines/s"

_CHECKPOINTING = "org.apache.spark.sql.execution.streaming.checkpointing."
FILE_MANAGER_KEY = "spark.sql.streaming.checkpointFileManagerClass"

#: Classes that had another name before Spark 4.1: the name now, the name then.
OLDER_NAMES: dict[str, str] = {
    _CHECKPOINTING + name: "org.apache.spark.sql.execution.streaming." + name
    for name in ("FileSystemBasedCheckpointFileManager", "FileContextBasedCheckpointFileManager")
}

#: Sinks that Spark accepts with asynchronous progress: ``console``, and ``noop``, the drain's; and
#: jobs of which one row comes of each record, as they need no ``foreachBatch``.
_ASYNC = Fit(sinks=("console", "drain"), stateful=False, row_each=True)

#: Modes with a trigger, and the one with batches of a length of their own.
_TICKS, _LIVE = Fit(modes=("microbatch", "continuous")), Fit(modes=("realtime",))

#: Settings, as ``--conf`` takes them, that make a stream recoverable, by source; and by what it is.
RECOVERABLE: dict[str, dict[str, str]] = {
    source: {SOURCE_PREFIX + "durability": "batch"} for source in ("spooled", "native")
}
RECOVERABLE_BY: dict[str, str] = {
    "spooled": "spool on disk before each batch, and checkpoint",
    "native": "spool on disk before each batch, and checkpoint",
    "directory": "files and checkpoint",
}

#: Settings by which every slot gets a task of each batch, by source; one without has them anyway
#: (``socket``: as many partitions as cores).  ``{task_bytes}`` is put in by who knows the load.
SPREAD: dict[str, dict[str, str]] = {
    "spooled": {
        SOURCE_PREFIX + "inlineRecords": "0",
        SOURCE_PREFIX + "targetPartitionBytes": "{task_bytes}",
    },
    "native": {SOURCE_PREFIX + "targetPartitionBytes": "{task_bytes}"},
}

FILE_MANAGER = Knob(
    name="checkpoint file manager",
    key=FILE_MANAGER_KEY,
    value=_CHECKPOINTING + "FileSystemBasedCheckpointFileManager",
    effect=f"batch 230 to 190 ms ({_FIGURES})",
    reason=(
        "Without Hadoop's native library each batch starts twenty short helper processes for its "
        "two log files, 16 readlink and 4 chmod; with this manager the 4 chmod only (PySpark "
        "4.3.0).  A log file still appears whole, by a rename.  Neither manager checks and renames "
        "in one step on a local disk, so two queries must not share a checkpoint, as ever."
    ),
    weakens_guarantee=False,
    transfers_to_remote_stores=False,
)

RAW_LOCAL_FILES = Knob(
    name="local files without checksum files",
    key="spark.hadoop.fs.file.impl",
    value="org.apache.hadoop.fs.RawLocalFileSystem",
    effect=f"with the file manager, batch 190 to 115-150 ms ({_FIGURES})",
    reason=(
        "Hadoop writes a hidden .crc file beside every local file and renames both; without it a "
        "log is one file and one rename, which a killed process cannot leave half done (rename "
        "of POSIX).  No form calls fsync, so a power cut can lose the last logs either way; but a "
        "file that the disk has damaged is no longer found out by its checksum.  Code that insists "
        "on Hadoop's LocalFileSystem (the disk buffer of s3a) fails with it."
    ),
    weakens_guarantee=False,
    transfers_to_remote_stores=False,
)

ASYNC_PROGRESS = Knob(
    name="asynchronous progress",
    key=SINK_PREFIX + "asyncProgressTrackingEnabled",
    value="true",
    effect=(
        f"batch 230 to 100-150 ms by itself ({_FIGURES}); 70 to 85 ms with the noop sink and one "
        "source partition besides"
    ),
    reason=(
        "Offsets and commits are written beside the batch, once a second, instead of twice a batch "
        "before it goes on.  After a restart several batches may come again as one, so a sink that "
        "relies on the batch id writes them twice.  Not for stateful queries."
    ),
    weakens_guarantee=True,
    transfers_to_remote_stores=True,
    fit=_ASYNC,
)

#: Where the figures of the knobs that came later are from.
_LATER = "2 cores, PySpark 4.3.0; console job, 1,000 lines/s, two trials each"

PLAN_TEXT = Knob(
    name="short plan text",
    key="spark.sql.ui.explainMode",
    value="simple",
    effect=(
        "with the other knobs of the fastest profile and no whole-stage code, batch 85 to 76 ms "
        f"({_LATER})"
    ),
    reason=(
        "Every execution sends its plan as text to the listeners of Spark's web interface, by "
        "default in the formatted mode, which numbers and details all operators; a batch is an "
        "execution, and one into the console sink is two.  The simple text is shorter to make."
    ),
    weakens_guarantee=False,
    transfers_to_remote_stores=True,
)

ONE_SOURCE_PARTITION = Knob(
    name="one source partition",
    key=SOURCE_PREFIX + "numPartitions",
    value="1",
    effect=f"with the other knobs of the fastest profile, batch 85 to 80 ms ({_LATER})",
    reason=(
        "A batch is one task instead of one a core, which is less to schedule.  It is for small "
        "batches: one core does all of the work, and the time in which the socket source hands "
        "out its rows grows with the square of the rows of a partition."
    ),
    weakens_guarantee=False,
    transfers_to_remote_stores=True,
    fit=Fit(sources=("socket",)),
)

_TUNED = (FILE_MANAGER, RAW_LOCAL_FILES, PLAN_TEXT)

#: Profile to its knobs; ``textbook`` is what Spark does by itself.
PROFILES: dict[str, tuple[Knob, ...]] = {
    "textbook": (),
    "tuned": _TUNED,
    "fastest": (*_TUNED, ASYNC_PROGRESS, ONE_SOURCE_PARTITION),
}

#: What ``sparkbench tune`` may change.
DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("trigger", "trigger", ("200ms", "500ms", "2s"), fit=_TICKS),
    Dimension("batch of real-time mode", "batch", ("30s", "2m"), fit=_LIVE),
    Dimension(
        "wait of a shuffle's buffers",
        "conf.spark.shuffle.streaming.networkBufferMaxWaitTimeMs",
        ("5", "20"),
        fit=Fit(modes=("realtime",), stateful=True),
    ),
    Dimension("checkpoint file manager", "conf." + FILE_MANAGER.key, (FILE_MANAGER.value,)),
    Dimension("local files", "conf." + RAW_LOCAL_FILES.key, (RAW_LOCAL_FILES.value,)),
    Dimension(
        "source partitions",
        "conf." + SOURCE_PREFIX + "numPartitions",
        ("1", "4", "16"),
        fit=Fit(sources=("socket",)),
    ),
    Dimension(
        "bytes a source partition",
        "conf." + SOURCE_PREFIX + "targetPartitionBytes",
        ("2m", "64m"),
        fit=Fit(sources=("spooled", "native")),
    ),
    Dimension(
        "records handed over with the plan",
        "conf." + SOURCE_PREFIX + "inlineRecords",
        ("0",),
        fit=Fit(sources=("spooled",)),
    ),
    Dimension("state partitions", "partitions", ("1", "8"), fit=Fit(stateful=True)),
    Dimension(
        "state store",
        "conf.spark.sql.streaming.stateStore.providerClass",
        ("org.apache.spark.sql.execution.streaming.state.RocksDBStateStoreProvider",),
        fit=Fit(stateful=True),
    ),
    Dimension("whole-stage code", "conf.spark.sql.codegen.wholeStage", ("false",)),
    Dimension("plan text", "conf." + PLAN_TEXT.key, (PLAN_TEXT.value,)),
    Dimension("logs kept", "conf.spark.sql.streaming.minBatchesToRetain", ("10",)),
    Dimension("streams", "streams", ("2", "4"), fit=Fit(sources=("socket", "spooled", "native"))),
    Dimension(
        "collector",
        "conf.spark.driver.extraJavaOptions",
        ("-XX:+UseParallelGC", "-XX:+UseSerialGC"),
    ),
    Dimension(
        "asynchronous progress", "conf." + ASYNC_PROGRESS.key, ("true",), weakens=True, fit=_ASYNC
    ),
)
