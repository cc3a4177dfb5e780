"""The engine contract on the DStream API: ``supports`` and ``start``."""

from __future__ import annotations

import threading
from typing import Any

from bench.contract import Emit, EngineError, Options
from bench.contract.causes import first_cause
from bench.contract.effective import read_settings
from bench.contract.files import DIRECTORY, is_complete
from bench.contract.job_modules import build_params, inputs_of, load_job, why_not
from bench.contract.jobs import job_info
from bench.contract.jvm_gauges import read_gauges
from bench.contract.masters import TASK_CPUS, is_local, task_cpus, task_slots
from bench.contract.own.info import is_reference

from . import jobs, jvm, knobs, modes, scala
from .context import (
    active_session,
    close_session,
    hush,
    kill_session,
    open_session,
    open_stream_context,
    restore_stream_context,
    silence,
)
from .inputs import Uncounted
from .poison import poisoned
from .sinks.base import Sink
from .sinks.registry import SINKS
from .sources import (
    SOURCES,
    count_readers,
    count_receivers,
    open_lines,
    restored_ids,
    stream_ids,
    union,
)
from .windows import report_every_batch, why_not_windows

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

#: What Spark does once a server has closed the connection.
AFTER_CLOSE = "Spark tries to reconnect every 2 s"


def supports(options: Options) -> str | None:
    """``None``, or the reason why this engine cannot run ``options``; starts nothing."""
    if options.trigger_s <= 0:
        return "a DStream needs a batch interval above zero: it has no 'as soon as possible'"
    if options.sink not in SINKS:
        return f"the sink {options.sink!r} is not one of {', '.join(SINKS)}"
    if options.source == "spooled":
        return (
            "the spooled source is written against Structured Streaming's API for sources in "
            "Python, which DStreams do not have: use source=socket"
        )
    if options.source == "native":
        return (
            "the native source is written against Structured Streaming's API for sources "
            "(DataSource V2), which DStreams do not have: use source=socket"
        )
    if options.source not in SOURCES:
        return f"a DStream has no {options.source} source, only {', '.join(SOURCES)}"
    reason = modes.unsupported(options)
    if reason is not None:
        return reason
    if options.sink == "sqlite" and options.path == "jvm":
        return "the sqlite sink takes rows to Python: on a DStream it has no jvm path"
    slots, receivers = task_slots(options.master, options.conf), count_receivers(options)
    if receivers and slots is not None and slots <= receivers:
        local, cpus = is_local(options.master), task_cpus(options.conf)
        place = options.master if local else f"{slots} of {options.master}"
        place += f" with {TASK_CPUS}={cpus}" if cpus > 1 else ""
        enough = f"local[{(receivers + 1) * cpus}]" if local else f"{receivers + 1} slots"
        return (
            f"each receiver holds one task slot for life, so {place} leaves none to "
            f"process {receivers} stream{'s' if receivers > 1 else ''}: use {enough} or more"
        )
    job = load_job(jobs, options.job)
    return why_not(job, options, knobs.DEFAULT_PATHS) or why_not_windows(
        job, build_params(options), options.trigger_s
    )


def start(options: Options, emit: Emit) -> DStreamStream:
    """Connect, process and write until stopped; batches go to ``emit``.

    Raises :class:`EngineError` where Spark refuses to start.
    """
    reason = supports(options)
    if reason is not None:
        raise EngineError(reason)
    context = open_session(options)
    if options.recover and options.path == "jvm":
        jvm.load_classes(context)
        if not is_reference(options.job):
            scala.load(context)
    restored = restore_stream_context(options) if options.recover else None
    if restored is not None:
        # Its inputs, job and output action come from the checkpoint; so does their sink.
        emit({"event": "built", "description": "DStream, restored from its checkpoint"})
        return DStreamStream(context, restored, restored_ids(restored), Sink(), options, emit)
    job, info, params = load_job(jobs, options.job), job_info(options.job), build_params(options)
    stream_context = open_stream_context(context, options)
    lines = open_lines(stream_context, options)
    parsed = poisoned(lines, options)
    inputs = [union(stream_context, streams) for streams in inputs_of(info, parsed)]
    slides = bool(getattr(job, "SLIDES", False))
    if slides:
        report_every_batch(context, inputs[0])
    sink: Sink = SINKS[options.sink]()
    if options.path == "jvm" and not is_reference(options.job):
        result = scala.build(context, options.job, inputs, params)
    else:
        result = job.build(*inputs, params=params)
    sink.attach(context, result, options)
    counter = sink if info.row_each else Uncounted(sink)
    emit({"event": "built", "description": f"DStream, batch interval {options.trigger_s:g} s"})
    ids = stream_ids(lines, options)
    return DStreamStream(context, stream_context, ids, counter, options, emit, 1 + slides)


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
    return read_settings(active)


def gauges() -> dict[str, Any]:
    """Counters of the running JVM: see :func:`bench.contract.jvm_gauges.read_gauges`."""
    return read_gauges(active_session())


def sizes() -> dict[str, Any]:
    """Bytes of what RDDs keep stored, state among it; nobody counts its rows."""
    stored = active_session()._jsc.sc().getRDDStorageInfo()
    return {"state_rows": None, "state_bytes": sum(int(o.memSize() + o.diskSize()) for o in stored)}


class DStreamStream:
    """A running StreamingContext."""

    def __init__(
        self,
        context: Any,
        stream_context: Any,
        ids: list[int],
        sink: Sink,
        options: Options,
        emit: Emit,
        outputs: int = 1,
    ) -> None:
        from .listener import BatchListener

        self._context = context
        self._stream_context = stream_context
        self._options = options
        self._listener = BatchListener(ids, sink, emit, outputs)
        self._stopped = False
        self._error: str | None = None
        self._listener.register(stream_context)
        stream_context.start()

    def ready(self) -> bool:
        """True once every receiver has connected (on a cluster: has started)."""
        wanted = count_receivers(self._options)
        if not wanted:
            return True
        if is_local(self._options.master):
            return count_readers(self._context) >= wanted
        return self._listener.receivers_started >= wanted

    def closed(self) -> list[int]:
        """Numbers of the streams whose peer has closed the connection."""
        if self._options.source == DIRECTORY:
            base = self._options.source_options[DIRECTORY]
            numbers = range(len(self._options.endpoints))
            return [number for number in numbers if is_complete(base, number)]
        return self._listener.closed

    def processed(self, since: float, timeout_s: float) -> bool:
        """Wait until all that was received before ``since`` is written.

        A record reaches a block within the block interval, and the block the batch after.
        """
        interval = self._context.getConf().get("spark.streaming.blockInterval", "200ms")
        return self._listener.wait_for_batch(since + 2 * _seconds(interval), timeout_s)

    def error(self) -> str | None:
        """What ended the stream by itself, or ``None`` while it is well."""
        if self._error is None and not self._stopped:
            try:
                # Throws what a job or the receiver tracker has reported.
                self._stream_context.awaitTerminationOrTimeout(0)
            except Exception as problem:
                self._error = first_cause(problem)
        return self._error

    def listen(self, on: bool) -> None:
        """Report batches, as a stream does from its start, or cease to; for the harness itself."""
        if on:
            self._listener.register(self._stream_context)
        else:
            self._listener.unregister(self._stream_context)

    def history(self) -> list[tuple[float, float, int]]:
        """Start, end and records of the batches that Spark itself remembers.

        As many as ``spark.streaming.ui.retainedBatches``, with that interface or without.
        """
        return self._listener.remembered(self._stream_context)

    def stop_gracefully(self, timeout_s: float) -> bool:
        """End the receivers, then the stream once all they received is written; whether in time."""
        if self._stopped:
            return True
        self._stopped = True
        stop = self._stream_context.stop
        stopper = threading.Thread(target=stop, args=(False, True), daemon=True)
        stopper.start()
        stopper.join(timeout_s)
        return not stopper.is_alive()

    def stop(self) -> None:
        """End the stream; the SparkContext stays for the next one.  Idempotent."""
        if self._stopped:
            return
        self._stopped = True
        self._stream_context.stop(stopSparkContext=False, stopGraceFully=False)


def _seconds(text: str) -> float:
    """Spark's time strings as far as the block interval uses them; a bare number is ms."""
    if text.endswith("ms"):
        return float(text[:-2]) / 1000
    if text.endswith("s"):
        return float(text[:-1])
    return float(text) / 1000
