"""The engine contract on the Structured Streaming API: ``supports`` and ``start``."""

from __future__ import annotations

import threading
from typing import Any

from bench.contract import Emit, EngineError, Options
from bench.contract.causes import first_cause
from bench.contract.job_modules import load_job
from bench.contract.jvm_gauges import read_gauges
from bench.contract.masters import task_slots

from . import jobs, knobs
from .context import (
    active_session,
    close_session,
    hush,
    kill_session,
    open_session,
    silence,
)
from .sinks import SINKS, Sink
from .sources import count_readers, open_lines, union

__all__ = [
    "AFTER_CLOSE",
    "close_session",
    "environment",
    "gauges",
    "hush",
    "kill_session",
    "silence",
    "start",
    "supports",
]

#: What Spark does once a server has closed the connection.
AFTER_CLOSE = "Spark's socket source never reconnects and stays idle"


def supports(options: Options) -> str | None:
    """``None``, or the reason why this engine cannot run ``options``; starts nothing."""
    if options.sink not in SINKS:
        return f"the sink {options.sink!r} is not one of {', '.join(SINKS)}"
    if task_slots(options.master) == 0:
        return "local[0] has no task slot: use local[1] or more"
    path = options.path or knobs.DEFAULT_PATHS[0]
    paths = getattr(load_job(jobs, options.job), "PATHS", ("jvm",))
    if path not in paths:
        return (
            f"job {options.job} has no {path} path on Structured Streaming, only {', '.join(paths)}"
        )
    return None


def start(options: Options, emit: Emit) -> QueryStream:
    """Connect, process and write until stopped; batches go to ``emit``.

    Raises :class:`EngineError` where Spark refuses to start.
    """
    reason = supports(options)
    if reason is not None:
        raise EngineError(reason)
    session = open_session(options)
    lines = open_lines(session, options)
    job = load_job(jobs, options.job)
    inputs = lines if getattr(job, "INPUTS", 1) > 1 else [union(session, lines)]
    result = job.build(*inputs, options.job_params)
    sink: Sink = SINKS[options.sink]()
    writer = sink.attach(session, result, options)
    schema = lines[0]._jdf.schema().treeString().rstrip()
    emit({"event": "built", "description": f"isStreaming: {lines[0].isStreaming}\n{schema}"})
    return QueryStream(session, writer, sink, options, emit)


def environment() -> dict[str, Any]:
    """Versions of the running session: ``spark`` and ``java``."""
    active = active_session()
    return {
        "spark": active.version,
        "java": str(active._jvm.java.lang.System.getProperty("java.version")),
    }


def gauges() -> dict[str, Any]:
    """Counters of the running JVM: see :func:`bench.contract.jvm_gauges.read_gauges`."""
    return read_gauges(active_session()._jvm)


class QueryStream:
    """A running StreamingQuery."""

    def __init__(self, session: Any, writer: Any, sink: Sink, options: Options, emit: Emit) -> None:
        from .listener import BatchListener

        self._session = session
        self._options = options
        self._emit = emit
        self._listener = BatchListener(options.endpoints, options.trigger_s, sink, emit)
        self._stopped = False
        self._was_ready = False
        self._closed = False
        self._waiter: threading.Thread | None = None
        self._error: str | None = None
        if options.checkpoint_dir is not None:
            writer = writer.option("checkpointLocation", options.checkpoint_dir)
        self._listener.register(session)
        milliseconds = round(options.trigger_s * 1000)
        try:
            self._query = writer.trigger(processingTime=f"{milliseconds} milliseconds").start()
        except Exception:
            self._listener.unregister(session)
            raise

    def ready(self) -> bool:
        """True once every socket has connected, which batch 0 does."""
        if not self._was_ready:
            # A server that closes at once may have come and gone before anyone looked.
            self._was_ready = self._listener.first_batch.is_set() or count_readers(
                self._session
            ) >= len(self._options.endpoints)
        return self._was_ready

    def closed(self) -> list[int]:
        """All streams once every peer has closed; Spark does not say which one did."""
        if not self._closed and self.ready():
            # At the end of its stream Spark logs a warning, ends the reading thread and idles.
            self._closed = count_readers(self._session) == 0
        return list(range(len(self._options.endpoints))) if self._closed else []

    def processed(self, since: float, timeout_s: float) -> bool:
        """Wait until all that was received before ``since`` is written."""
        if self._waiter is None:
            self._waiter = threading.Thread(target=self._process_all, daemon=True)
            self._waiter.start()
        self._waiter.join(timeout_s)
        return not self._waiter.is_alive()

    def _process_all(self) -> None:
        try:
            self._query.processAllAvailable()
        except Exception as problem:
            self._error = self._error or first_cause(problem)

    def error(self) -> str | None:
        """What ended the query by itself, or ``None`` while it is well."""
        # Asked several times a second: one call as long as all is well.
        if self._error is None and not self._stopped and not self._query.isActive:
            problem = self._query.exception()
            if problem is not None:
                self._error = first_cause(problem)
        return self._error

    def listen(self, on: bool) -> None:
        """Report batches, as a stream does from its start, or cease to; for the harness itself."""
        if on:
            self._listener.register(self._session)
        else:
            self._listener.unregister(self._session)

    def history(self) -> list[tuple[float, float, int]]:
        """Start, end and records of the batches that Spark itself remembers.

        As many as ``spark.sql.streaming.numRecentProgressUpdates``.
        """
        return self._listener.remembered(self._query)

    def stop(self) -> None:
        """End the query; the session stays for the next one.  Idempotent."""
        if self._stopped:
            return
        self._stopped = True
        self._query.stop()
        # Its last progress may still be under way to the listener.
        self._listener.terminated.wait(5.0)
        self._listener.unregister(self._session)
