"""Real-time mode: what Spark admits, the slots a query holds, and how its rows are measured.

Spark's own words for what it refuses come from a start (``refusal``), so this module repeats only
what it would not say: what a query needs, and what cannot be measured.  Rows go to ``foreach`` in
Java, the one sink of the mode that takes each row as it comes; it and the native source note which
records became visible when (``structured/native/trace/Trace.java``).
"""

from __future__ import annotations

import time
from typing import Any

from bench.contract import LIVE_MODES, Options, Unsupported
from bench.contract.chunks import FILE_KEY
from bench.contract.job_modules import load_job
from bench.contract.jobs import job_info
from bench.contract.masters import task_slots

from . import jobs
from .native import native_object

#: The first release with real-time mode.
SINCE = (4, 2)

#: A query of this mode is always in this output mode, one without state too.
OUTPUT_MODE = "update"

#: Sinks that are told of each row.
SINKS = ("drain", "capture", "truth", "ledger")

#: How long a query may take until its first batch reads; a cold JVM takes 1.3 s.
_BEGIN_S = 60.0
_LOOK_S = 0.02

#: Classes of errors by which Spark says that it cannot, rather than that something went wrong.
_REFUSALS = (
    "STREAMING_REAL_TIME_MODE",
    "UNSUPPORTED",
    "NOT_SUPPORTED",
    "CONCURRENT_SCHEDULER_INSUFFICIENT_SLOT",
    "cannot be used",
)


def unsupported(options: Options) -> str | None:
    """``None``, or the reason why this cannot be had, or not be measured, in real-time mode."""
    if _release() < SINCE:
        return (
            "PySpark has real-time mode since Spark 4.2 (Scala since 4.1), "
            "and this is Spark {}.{}".format(*_release())
        )
    if options.source not in ("native", "spooled"):
        return (
            f"real-time mode cannot read the {options.source} source: Spark says 'The input stream "
            f"{_STREAMS[options.source]} is not supported in Real-time Mode' "
            "(STREAMING_REAL_TIME_MODE.INPUT_STREAM_NOT_SUPPORTED): use source=native"
        )
    if options.sink not in SINKS:
        return _NO_SINK.get(options.sink, f"real-time mode has no sink {options.sink}: use drain")
    return _too_few_slots(options)


#: The class that Spark names where real-time mode refuses a source.
_STREAMS = {
    "socket": "org.apache.spark.sql.execution.streaming.sources.TextSocketMicroBatchStream",
    "directory": "org.apache.spark.sql.execution.streaming.runtime.FileStreamSource",
}

_NO_SINK = {
    "console": (
        "the console sink prints the rows of a real-time batch when the batch ends, so it shows "
        "nothing of when they came: use the sink drain"
    ),
    "files": (
        "real-time mode refuses the file sink "
        "(STREAMING_REAL_TIME_MODE.OPERATOR_OR_SINK_NOT_IN_ALLOWLIST): use the sink drain"
    ),
    "sqlite": (
        "real-time mode refuses foreachBatch, by which the sink sqlite writes "
        "(STREAMING_REAL_TIME_MODE.OPERATOR_OR_SINK_NOT_IN_ALLOWLIST): use the sink drain"
    ),
}


def shuffles(options: Options) -> bool:
    """Whether the job deals its rows anew, by what it says of itself: it keeps state."""
    mode = getattr(_job(options), "OUTPUT_MODE", "append")
    return mode != "append" or job_info(options.job).stateful


def unmeasurable(options: Options) -> Unsupported | None:
    """What is to be raised where Spark runs the job, and nothing tells when a record is visible."""
    if options.sink == "capture":
        return None
    if not shuffles(options) or getattr(_job(options), "EVEN_ROWS", False):
        return None
    return Unsupported(
        f"job {options.job} deals its rows anew (a shuffle), so they come without the records "
        "they were made of, and it does not say that each record gives as many as any other "
        "(EVEN_ROWS): its latency cannot be told in real-time mode, though Spark runs it"
    )


def slots_needed(options: Options) -> int:
    """Task slots that the query holds all the time: one a stream, and one a state partition.

    All stages of a batch run at once (``spark.sql.shuffle.partitions`` is 200 by default).
    """
    partitions = 200 if options.partitions is None else options.partitions
    partitions = int(options.conf.get("spark.sql.shuffle.partitions", partitions))
    return len(options.endpoints) + (partitions if shuffles(options) else 0)


def _too_few_slots(options: Options) -> str | None:
    """More streams than slots would starve without an error, in every batch."""
    slots, needed = task_slots(options.master, options.conf), slots_needed(options)
    if slots is None or slots >= needed:
        return None
    state = needed - len(options.endpoints)
    held = f"{len(options.endpoints)} for its streams"
    held += f" and {state} for the partitions of its state" if state else ""
    return (
        f"a query in real-time mode holds {needed} task slots all the time, {held}, and there are "
        f"{slots}: give {needed}"
    )


def _job(options: Options) -> Any:
    return load_job(jobs, options.job)


def _release() -> tuple[int, int]:
    """Major and minor number of the Spark at hand."""
    from pyspark.version import __version__

    major, minor = __version__.split(".")[:2]
    return int(major), int(minor)


def settings(options: Options) -> dict[str, str]:
    """SQL settings without which the query would be refused: a batch shorter than Spark's least."""
    if options.batch_s >= 5.0:
        return {}
    least = f"{round(options.batch_s * 1000)}ms"
    return {"spark.sql.streaming.realTimeMode.minBatchDuration": least}


def row_writer(session: Any, frame: Any, sink: Any = None) -> Any:
    """A ``DataStreamWriter`` whose sink takes each row, notes when, and keeps none.

    ``sink`` is one that does more: an object of a class in Java that extends ``RowSink``.
    """
    writer = frame.writeStream
    writer._jwrite = writer._jwrite.foreach(sink or native_object(session, "RowSink"))
    return writer


class Trace:
    """What is noted of the records of one query, in the file that the options name."""

    def __init__(self, session: Any, options: Options, listener: Any) -> None:
        """``listener`` is told of the epochs of continuous mode (``accept``)."""
        self._java = native_object(session, "Trace")
        self._streams = len(options.endpoints)
        path = options.conf.get(FILE_KEY)
        if path is not None:
            ports = ",".join(str(port) for _host, port in options.endpoints)
            if options.mode == "continuous":
                self._java.startEpochs(path, ports, listener)
            else:
                self._java.start(path, ports, shuffles(options))
        self._traced = path is not None

    def await_reading(self, query: Any) -> None:
        """Return when every stream is read, or the query has ended.

        What Spark refuses comes with the start, or a little after it.
        """
        deadline = time.monotonic() + _BEGIN_S
        while self._traced and query.isActive and time.monotonic() < deadline:
            if self._java.readers() >= self._streams:
                return
            time.sleep(_LOOK_S)

    def stop(self) -> None:
        """Write what there is; nothing more is noted."""
        self._java.stop()


def refusal(said: str, mode: str) -> Unsupported | None:
    """What is to be raised where Spark's sentence says that it cannot; else nothing."""
    if any(word in said for word in _REFUSALS):
        return Unsupported(f"{LIVE_MODES[mode]} cannot run this: Spark says '{said}'")
    return None
