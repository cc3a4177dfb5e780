"""What each API promises of a fault, as its documentation or its code says. Plain data.

The most specific entry counts: :func:`promise_of` takes the first that fits.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.faults import events

GUIDE = "https://spark.apache.org/docs/latest"
DSTREAM_GUIDE = f"{GUIDE}/streaming-programming-guide.html#fault-tolerance-semantics"
STRUCTURED_GUIDE = f"{GUIDE}/streaming/apis-on-dataframes-and-datasets.html"

_KILLS = frozenset({events.KILL_EXECUTOR, events.KILL_RECEIVER, events.KILL_WORKER})
_STORE = frozenset({events.READ_ONLY, events.FULL})
_LOAD = frozenset({events.STALL, events.BURST})


@dataclass(frozen=True)
class Promise:
    """``text``: what is promised, and ``source``: where that stands.

    It is of an engine, its ``sources`` and ``guarantees`` (none named: any of them) and some kinds
    of faults.
    """

    engine: str
    kinds: frozenset[str]
    text: str
    source: str
    sources: tuple[str, ...] = ()
    guarantees: tuple[str, ...] = ()


PROMISES: tuple[Promise, ...] = (
    Promise(
        "dstream",
        frozenset({events.DISCONNECT}),
        "the receiver restarts after 2 s, again and again, until it is connected",
        "ReceiverSupervisor.restartReceiver, spark.streaming.receiverRestartDelay",
        ("socket",),
    ),
    Promise(
        "structured",
        frozenset({events.DISCONNECT}),
        "nothing: the source is for testing, and its reading thread ends with the connection",
        f"{STRUCTURED_GUIDE} (input sources: socket); TextSocketMicroBatchStream",
        ("socket",),
    ),
    Promise(
        "structured",
        frozenset({events.DISCONNECT}),
        "the source connects again by itself and goes on in the same spool",
        "docs/spooled.md",
        ("spooled",),
    ),
    Promise(
        "structured",
        frozenset({events.DISCONNECT}),
        "the source connects again by itself",
        "docs/native.md",
        ("native",),
    ),
    Promise(
        "structured",
        frozenset({events.KILL_DRIVER}),
        "what was in the spool is read again: at least once through foreachBatch, the batch under "
        "way again with the same number; in real-time mode at least once since the last batch "
        "that was committed",
        f"docs/native.md; {STRUCTURED_GUIDE} (foreachBatch)",
        ("native",),
        ("recoverable",),
    ),
    Promise(
        "structured",
        frozenset({events.KILL_DRIVER}),
        "nothing: lines are in memory, and a query from the old checkpoint is refused",
        "docs/native.md",
        ("native",),
    ),
    Promise(
        "dstream",
        frozenset({events.KILL_DRIVER}),
        "nothing: what was received is lost with the driver",
        f"{DSTREAM_GUIDE} (without write-ahead logs, driver failure)",
        ("socket",),
        ("none",),
    ),
    Promise(
        "dstream",
        frozenset({events.KILL_DRIVER}),
        "at least once for what was in the write-ahead log; a socket's receiver is not a reliable "
        "one, so what it had not written yet is lost",
        f"{DSTREAM_GUIDE} (with write-ahead logs)",
        ("socket",),
        ("recoverable",),
    ),
    Promise(
        "dstream",
        frozenset({events.KILL_DRIVER}),
        "files that came are read, each batch at least once written",
        f"{DSTREAM_GUIDE} (with files; output operations)",
        ("directory",),
        ("recoverable",),
    ),
    Promise(
        "dstream",
        frozenset({events.KILL_DRIVER}),
        "nothing without a checkpoint: files that came meanwhile are passed over",
        "FileInputDStream (newFilesOnly)",
        ("directory",),
    ),
    Promise(
        "structured",
        frozenset({events.KILL_DRIVER}),
        "nothing: the checkpoint counts lines and a new connection begins at 0, so the query ends, "
        "or skips as many lines as it had read",
        f"{STRUCTURED_GUIDE} (input sources: socket); TextSocketMicroBatchStream",
        ("socket",),
    ),
    Promise(
        "structured",
        frozenset({events.KILL_DRIVER}),
        "what was in the spool is read again: at least once through foreachBatch, the batch under "
        "way again with the same number",
        f"docs/spooled.md; {STRUCTURED_GUIDE} (foreachBatch)",
        ("spooled",),
    ),
    Promise(
        "structured",
        frozenset({events.KILL_DRIVER}),
        "every file is read: at least once through foreachBatch, the batch under way again with "
        "the same number",
        f"{STRUCTURED_GUIDE} (input sources: file; foreachBatch)",
        ("directory",),
    ),
    Promise(
        "dstream",
        _STORE,
        "three attempts to write a checkpoint, then a line in the log, and the stream goes on",
        "org.apache.spark.streaming.CheckpointWriter",
    ),
    Promise(
        "structured",
        _STORE,
        "a query whose logs cannot be written ends with an error; somebody has to start it again",
        "org.apache.spark.sql.execution.streaming StreamExecution",
    ),
    Promise(
        "dstream",
        frozenset({events.KILL_RECEIVER}),
        "the receiver starts on another executor; blocks without a second copy, and what it had "
        "not stored, are lost",
        f"{DSTREAM_GUIDE} (worker failure)",
        ("socket",),
    ),
    Promise(
        "dstream",
        _KILLS,
        "tasks run again elsewhere; blocks without a second copy are lost",
        f"{DSTREAM_GUIDE} (worker failure)",
    ),
    Promise("structured", _KILLS, "tasks run again elsewhere; nothing is lost", STRUCTURED_GUIDE),
    Promise(
        "dstream",
        frozenset({events.POISON}),
        "the task is tried as often as spark.task.maxFailures says (in local mode once), then the "
        "batch's job fails and awaitTermination raises; the checkpoint keeps the batch and the "
        "code that failed at it",
        "JobScheduler.reportError, Checkpoint (pendingTimes); docs/operations.md",
        guarantees=("recoverable",),
    ),
    Promise(
        "dstream",
        frozenset({events.POISON}),
        "the task is tried as often as spark.task.maxFailures says (in local mode once), then the "
        "batch's job fails and awaitTermination raises; what was received is lost with the driver",
        "JobScheduler.reportError; docs/operations.md",
    ),
    Promise(
        "structured",
        frozenset({events.POISON}),
        "the task is tried as often as spark.task.maxFailures says (in local mode once), then the "
        "query ends; started again, it makes the same batch again",
        f"{STRUCTURED_GUIDE} (recovery semantics); docs/operations.md",
    ),
    Promise(
        "dstream",
        _LOAD,
        "nothing is lost; batches wait in a queue, one a batch interval",
        "JobScheduler",
    ),
    Promise(
        "structured",
        _LOAD,
        "nothing is lost; the next batch is larger",
        "MicroBatchExecution",
    ),
)


def promise_of(engine: str, source: str, guarantee: str, kind: str) -> Promise | None:
    """What an engine promises of a fault; ``guarantee`` as results word it."""
    for promise in PROMISES:
        if (
            promise.engine == engine
            and kind in promise.kinds
            and (not promise.sources or source in promise.sources)
            and (not promise.guarantees or guarantee.split(" ")[0] in promise.guarantees)
        ):
            return promise
    return None
