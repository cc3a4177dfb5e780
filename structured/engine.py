"""The engine contract on the Structured Streaming API: ``supports`` and ``start``."""

from __future__ import annotations

import threading
import time
from typing import Any

from bench.contract import Emit, EngineError, Options, Unsupported
from bench.contract.causes import first_cause
from bench.contract.chunks import row_by_row
from bench.contract.effective import read_settings
from bench.contract.files import DIRECTORY, for_spark, is_complete
from bench.contract.job_modules import build_params, inputs_of, load_job, why_not
from bench.contract.jobs import job_info
from bench.contract.jvm_gauges import read_gauges
from bench.contract.masters import task_cpus, task_slots

from . import jobs, knobs, modes, native, natives, realtime, scala, spooling
from .context import (
    active_session,
    close_session,
    hush,
    kill_session,
    open_session,
    set_query_conf,
    silence,
)
from .file_log import FileLog
from .inputs import InputCounter
from .natives import Natives
from .poison import poisoned
from .sinks.base import Each, Sink
from .sinks.registry import SINKS
from .sources import count_readers, open_lines, union
from .spooled.errors import spoken
from .spooling import Spools

__all__ = [
    "AFTER_CLOSE",
    "close_session",
    "environment",
    "gauges",
    "hush",
    "kill_session",
    "open_session",
    "settings",
    "silence",
    "sizes",
    "start",
    "supports",
]

#: How often a query that is to end is asked whether it is between two batches.
GAP_S = 0.005

#: Sources of ours, and who says what they cannot do.
_OWN_SOURCES = {"spooled": spooling.unsupported, "native": natives.unsupported}

#: What Spark does once a server has closed the connection.
AFTER_CLOSE = "Spark's socket source never reconnects and stays idle"


def supports(options: Options) -> str | None:
    """``None``, or the reason why this engine cannot run ``options``; starts nothing."""
    if options.sink not in SINKS:
        return f"the sink {options.sink!r} is not one of {', '.join(SINKS)}"
    if task_slots(options.master, options.conf) == 0:
        return f"{options.master} has no task slot: use local[{task_cpus(options.conf)}] or more"
    reason = modes.unsupported(options)
    if reason is not None:
        return reason
    if options.source in _OWN_SOURCES:
        reason = _OWN_SOURCES[options.source](options)
        if reason is not None:
            return reason
    return why_not(load_job(jobs, options.job), options, knobs.DEFAULT_PATHS) or scala.why_not(
        options
    )


def start(options: Options, emit: Emit) -> QueryStream:
    """Connect, process and write until stopped; batches go to ``emit``.

    Raises :class:`EngineError` where Spark refuses to start.
    """
    reason = supports(options)
    if reason is not None:
        raise EngineError(reason)
    session = open_session(options)
    job, info, params = load_job(jobs, options.job), job_info(options.job), build_params(options)
    in_scala = scala.is_written(options)
    wanted = scala.CONF[options.job] if in_scala else getattr(job, "CONF", {})
    set_query_conf(session, options, {**wanted, **modes.settings(options)})
    own = _own_source(options)
    lines = open_lines(session, options) if own is None else own.open_lines(session)
    parsed = poisoned(lines, options)
    inputs = [union(session, streams) for streams in inputs_of(info, parsed)]
    sink: Sink = SINKS[options.sink]()
    counter = sink
    if not info.row_each:
        counter = InputCounter(sink)
        inputs = counter.observe(inputs)
    if in_scala:
        result = scala.build(session, options.job, inputs, params)
    else:
        result = job.build(*inputs, params=params)
    mode = modes.output_mode(options, getattr(job, "OUTPUT_MODE", "append"))
    each = per_batch(job, params, needed=sink.append_only and mode != "append")
    writer = sink.attach(session, result, options, each)
    if mode != "append":
        writer = writer.outputMode(mode)
    schema = lines[0]._jdf.schema().treeString().rstrip()
    emit({"event": "built", "description": f"isStreaming: {lines[0].isStreaming}\n{schema}"})
    return QueryStream(session, writer, counter, options, emit, own)


def _own_source(options: Options) -> Spools | Natives | None:
    if options.source == "spooled":
        return Spools(options)
    return Natives(options) if options.source == "native" else None


def per_batch(job: Any, params: dict[str, Any], *, needed: bool) -> Each:
    """What the job makes of each batch; where it says nothing, the batch itself if ``needed``."""
    made = getattr(job, "per_batch", None)
    if made is not None:

        def each(frame: Any, batch_id: int) -> Any:
            return made(frame, batch_id, params)

        # A job in Scala or Java is drained where it runs.
        each.java_drain = getattr(job, "java_drain", None)  # type: ignore[attr-defined]
        return each
    return (lambda frame, batch_id: frame) if needed else None


def environment() -> dict[str, Any]:
    """Of the running session: versions ``spark`` and ``java``, and the JVM's ``charset``."""
    active = active_session()
    return {
        "spark": active.version,
        "java": str(active._jvm.java.lang.System.getProperty("java.version")),
        "charset": str(active._jvm.java.nio.charset.Charset.defaultCharset().name()),
    }


def settings() -> dict[str, list[str | None]]:
    """What of the settings is not Spark's own: ``bench.contract.effective.read_settings``."""
    active = active_session()
    return read_settings(active.sparkContext, active)


def gauges() -> dict[str, Any]:
    """Counters of the running JVM: see :func:`bench.contract.jvm_gauges.read_gauges`."""
    return read_gauges(active_session().sparkContext)


def sizes() -> dict[str, Any]:
    """Rows and bytes of the state that running queries keep, as their last progress tells."""
    rows = size = 0
    for query in active_session().streams.active:
        progress = query._jsq.lastProgress()
        operators = [] if progress is None else list(progress.stateOperators())
        rows += sum(int(one.numRowsTotal()) for one in operators)
        size += sum(int(one.memoryUsedBytes()) for one in operators)
    return {"state_rows": rows, "state_bytes": size}


class QueryStream:
    """A running StreamingQuery."""

    def __init__(
        self,
        session: Any,
        writer: Any,
        sink: Sink,
        options: Options,
        emit: Emit,
        own: Spools | Natives | None = None,
    ) -> None:
        from .listener import BatchListener

        self._session = session
        self._own = own
        self._options = options
        self._emit = emit
        file_log = None
        if options.source == DIRECTORY:
            file_log = FileLog(options.checkpoint_dir)
        # Real-time mode has no ticks.
        tick_s = 0.0 if options.mode == "realtime" else options.trigger_s
        self._listener = BatchListener(options.endpoints, tick_s, sink, emit, file_log)
        self._stopped = False
        self._was_ready = False
        self._closed = False
        self._waiter: threading.Thread | None = None
        self._error: str | None = None
        if options.checkpoint_dir is not None:
            place = for_spark(options.checkpoint_dir, options)
            writer = writer.option("checkpointLocation", place)
        writer = writer.options(**options.sink_options)
        self._listener.register(session)
        # An epoch's progress says nothing of its rows: the sink does, or the console.
        self._listener.counts = options.mode != "continuous"
        self._trace: realtime.Trace | None = None
        if row_by_row(options.mode, options.sink):
            self._trace = realtime.Trace(session, options, self._listener)
        try:
            self._query = writer.trigger(**modes.trigger(options)).start()
        except Exception as problem:
            self._end_listening()
            refused = self._refusal(_cause(problem))
            if refused is not None:
                raise refused from None
            raise
        if self._trace is not None:
            self._await_reading(self._trace)

    def _refusal(self, said: str) -> Unsupported | None:
        return None if self._trace is None else realtime.refusal(said, self._options.mode)

    def _await_reading(self, trace: realtime.Trace) -> None:
        """Wait until it reads; raises :class:`Unsupported` where Spark refuses it meanwhile."""
        trace.await_reading(self._query)
        refused = self._refusal(self.error() or "")
        if refused is None and self._options.mode == "realtime":
            refused = realtime.unmeasurable(self._options)
        if refused is not None:
            self.stop()
            raise refused

    def _end_listening(self) -> None:
        self._listener.unregister(self._session)
        if self._trace is not None:
            self._trace.stop()

    def ready(self) -> bool:
        """True once every socket has connected, which batch 0 does; a directory is always there."""
        if self._options.source == DIRECTORY:
            return True
        if self._own is not None:
            return self._own.connected()
        if not self._was_ready:
            # A server that closes at once may have come and gone before anyone looked.
            self._was_ready = self._listener.first_batch.is_set() or count_readers(
                self._session
            ) >= len(self._options.endpoints)
        return self._was_ready

    def closed(self) -> list[int]:
        """All streams once every peer has closed; Spark does not say which one did."""
        if self._options.source == DIRECTORY:
            base = self._options.source_options[DIRECTORY]
            numbers = range(len(self._options.endpoints))
            return [number for number in numbers if is_complete(base, number)]
        if self._own is not None:
            return self._own.closed()
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
            if self._trace is not None:
                # A batch that ends may have been begun before the last record came, the next not.
                self._listener.await_batches(2)
                return
            self._query.processAllAvailable()
        except Exception as problem:
            self._error = self._error or _cause(problem)

    def error(self) -> str | None:
        """What ended the query by itself, or ``None`` while it is well."""
        # Asked several times a second: one call as long as all is well.
        if self._error is None and not self._stopped and not self._query.isActive:
            problem = self._query.exception()
            if problem is not None:
                self._error = _cause(problem)
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

    def stop_gracefully(self, timeout_s: float) -> bool:
        """End between two batches, the last of which began after this call; whether in time.

        No source can be told to take in no more: what comes meanwhile is for the next start to
        read, or lost where the source cannot give it again.
        """
        began, deadline = time.time(), time.monotonic() + timeout_s
        idle_at = time.monotonic() + 2 * self._options.trigger_s
        while not self._stopped and self._query.isActive and time.monotonic() < deadline:
            status = self._query.status
            # A tick that finds nothing new makes no batch.
            idle = not status["isDataAvailable"] and time.monotonic() > idle_at
            if not status["isTriggerActive"] and (idle or self._listener.last_started > began):
                self.stop()
                return True
            time.sleep(GAP_S)
        self.stop()
        return False

    def stop(self) -> None:
        """End the query; the session stays for the next one.  Idempotent."""
        if self._stopped:
            return
        self._stopped = True
        self._query.stop()
        # Its last progress may still be under way to the listener.
        self._listener.terminated.wait(5.0)
        self._end_listening()
        if self._own is not None:
            self._own.remove()


#: From 4.1 on (``spark.sql.streaming.stateStore.commitValidation.enabled``).
_UNREAD = "STATE_STORE_COMMIT_VALIDATION_FAILED"


def _cause(problem: object) -> str:
    # Of a source in Python, Spark hands on the whole stack trace.
    said = spoken(str(problem)) or native.spoken(str(problem)) or first_cause(problem)
    if _UNREAD in said:
        return (
            f"per_batch did not read the whole batch, which a stateful query has to ({said}); "
            "count or collect it first, or sort it before a limit"
        )
    return said
