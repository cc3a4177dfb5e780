"""What an engine and the harness exchange, and nothing else.

The engine packages import this module and no other of ``bench``, so it keeps to the standard
library and to the syntax of Python 3.9, the oldest interpreter that runs a supported Spark.

An engine is a module that offers two functions::

    supports(options: Options) -> str | None      # None, or the reason why it cannot run this
    start(options: Options, emit: Emit) -> Stream # begin to read, process and write

and calls ``emit(event)`` from any thread with one of the events below.  All times are Unix seconds
(float) by the clock of the machine the driver runs on; all sizes are bytes; counts are records.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Protocol

#: Engine id, as users write it, to the importable module that implements it.  The one place where
#: the names of the engine packages stand.
ENGINE_MODULES: dict[str, str] = {
    "dstream": "legacy_dstream.engine",
    "structured": "structured.engine",
    "null": "bench.child.null",
}

#: The name of the tutorial's session, and ours unless told otherwise.
DEFAULT_APP_NAME = "SocketExample"
DEFAULT_MASTER = "local[*]"
DEFAULT_JOB = "echo"

#: Where each batch goes.  ``console`` is what users write; ``drain`` is one action per batch that
#: evaluates every record (count and summed byte length) on either side; ``files`` writes text
#: files, ``sqlite`` a database, each batch once (``bench.contract.sqlite_file``).
SINKS: tuple[str, ...] = ("drain", "console", "files", "sqlite")

#: Those that need no place of their own.
PLAIN_SINKS: tuple[str, ...] = SINKS[:2]

#: What the harness uses besides, to prove itself: ``capture`` keeps what was written
#: (``bench.contract.capture``), ``truth`` when each record had come (``bench.contract.truth``),
#: ``ledger`` which ones had, across a restart as well (``bench.contract.ledger``).
HARNESS_SINKS: tuple[str, ...] = ("capture", "truth", "ledger")

#: Whether records cross into Python workers (``python``) or stay in the JVM (``jvm``).
PATHS: tuple[str, ...] = ("python", "jvm")

#: Where lines come from: Spark's own socket source, the replayable one of ``structured.spooled``,
#: the one in the JVM of ``structured.native``, or a watched directory of text files.
SOURCES: tuple[str, ...] = ("socket", "spooled", "native", "directory")

#: How a query goes on: batch by batch, or as Structured Streaming's other two modes do.
MODES: tuple[str, ...] = ("microbatch", "continuous", "realtime")

#: Those that take row by row, in the words of a reader.
LIVE_MODES: dict[str, str] = {"realtime": "real-time mode", "continuous": "continuous mode"}

#: How long a batch of real-time mode takes unless told otherwise: the shortest that Spark admits
#: (``spark.sql.streaming.realTimeMode.minBatchDuration``).
REALTIME_BATCH_S = 5.0

#: ``recoverable``: a stream that restarts loses nothing its source can give again.
GUARANTEES: tuple[str, ...] = ("none", "recoverable")

#: Sets of settings (``PROFILES`` in the engines' ``knobs`` modules): Spark's defaults, the best
#: with the same delivery guarantee, the best with any.
PROFILES: tuple[str, ...] = ("textbook", "tuned", "fastest")

#: Phases of one batch, on one schema for both APIs, in the order they are stacked.  Seconds.
#: What each covers and omits per engine stands in the engines' ``listener`` modules.
PHASES: tuple[str, ...] = ("wait", "scheduling", "planning", "log", "execution", "commit", "other")


@dataclass(frozen=True)
class Options:
    """Everything one stream needs; plain data, so that it crosses a process border as JSON.

    ``endpoints`` holds one ``(host, port)`` a stream; the index is the stream's number.
    ``trigger_s`` is the trigger interval (Structured Streaming) or batch interval (DStream).
    ``rows`` is how many rows a console shows of a batch; ``None`` leaves the API's own default.
    ``conf`` holds Spark settings; ``checkpoint_dir`` is ``None`` for the API's default.
    ``source`` and ``mode`` are names of :data:`SOURCES` and :data:`MODES`; ``source_options`` and
    ``sink_options`` go to the source and sink in their own words.  ``guarantee`` is one of
    :data:`GUARANTEES`.  ``work_dir`` is a local folder for what the stream itself keeps (a spool,
    output files); ``None`` leaves the choice to the engine.  ``partitions`` is how many partitions
    a shuffle, and with it the state, has; ``None`` leaves it to Spark's default.  ``py_files`` are
    archives that Python workers on other machines import their code from.  ``recover``: an earlier
    process ran this very stream and was killed; go on where its checkpoint says.  ``batch_s`` is
    how long a batch of real-time mode takes.
    """

    endpoints: tuple[tuple[str, int], ...]
    trigger_s: float
    job: str = DEFAULT_JOB
    job_params: Mapping[str, Any] = field(default_factory=dict)
    sink: str = "console"
    path: str | None = None
    rows: int | None = None
    app_name: str = DEFAULT_APP_NAME
    master: str = DEFAULT_MASTER
    conf: Mapping[str, str] = field(default_factory=dict)
    checkpoint_dir: str | None = None
    source: str = "socket"
    source_options: Mapping[str, str] = field(default_factory=dict)
    sink_options: Mapping[str, str] = field(default_factory=dict)
    mode: str = "microbatch"
    guarantee: str = "none"
    work_dir: str | None = None
    partitions: int | None = None
    py_files: tuple[str, ...] = ()
    recover: bool = False
    batch_s: float = REALTIME_BATCH_S

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dictionary; :meth:`from_dict` is its inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Options:
        """Rebuild options from :meth:`to_dict`; keys of a newer harness are ignored."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        values["endpoints"] = tuple((str(h), int(p)) for h, p in values["endpoints"])
        values["py_files"] = tuple(values.get("py_files", ()))
        return cls(**values)


@dataclass(frozen=True)
class BatchRecord:
    """One micro-batch as an engine saw it.

    ``ranges`` holds ``(stream, first record, records)``: which consecutive records of each
    connection the batch was made of, counted from 0.
    ``planned_start`` is the trigger's tick, ``started`` when the engine began with the batch,
    ``visible`` the end of the batch's output action (for every record in it), ``finished`` when
    the engine was done with its book-keeping as well.
    ``processed_records`` and ``processed_bytes`` come from the sink's own count, ``None`` where
    the sink does not count.  ``failure`` is the first line of what went wrong.
    ``chunks`` says when its records became visible one by one (``bench.contract.chunks``); without
    any all of them did at ``visible``.
    """

    batch_id: int
    ranges: tuple[tuple[int, int, int], ...]
    planned_start: float
    started: float
    visible: float
    finished: float
    phases: Mapping[str, float]
    processed_records: int | None = None
    processed_bytes: int | None = None
    failure: str | None = None
    chunks: str = ""

    @property
    def records(self) -> int:
        """Records received into this batch, over all streams."""
        return sum(count for _stream, _first, count in self.ranges)

    def to_event(self) -> dict[str, Any]:
        """The ``batch`` event that carries this record."""
        event = asdict(self)
        event["event"] = "batch"
        return event

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> BatchRecord:
        """Rebuild from the ``batch`` event or a result file's entry."""
        known = {f.name for f in fields(cls)}
        values = {key: value for key, value in data.items() if key in known}
        values["ranges"] = tuple((int(s), int(f), int(n)) for s, f, n in values["ranges"])
        return cls(**values)


#: Events: ``batch`` (:class:`BatchRecord`), ``closed`` (the peer of ``stream`` closed the
#: connection, ``at``), ``retrying`` (``stream``, ``message``: the engine goes on by itself).
Event = dict[str, Any]
Emit = Callable[[Event], None]


class Stream(Protocol):
    """A running stream of one engine."""

    def ready(self) -> bool:
        """True once every source is connected, as far as the driver can see."""
        ...

    def closed(self) -> list[int]:
        """Numbers of the streams whose peer has closed the connection."""
        ...

    def processed(self, since: float, timeout_s: float) -> bool:
        """Wait until all that was received before ``since`` is written; False when out of time."""
        ...

    def error(self) -> str | None:
        """What ended the stream by itself, in one sentence, or ``None`` while it is well."""
        ...

    def stop_gracefully(self, timeout_s: float) -> bool:
        """The same once what was received before this call is written; False when out of time."""
        ...

    def stop(self) -> None:
        """End this stream and leave the session usable for the next one.  Idempotent."""
        ...


class EngineError(Exception):
    """A stream that cannot start or go on, said in one sentence for the user."""


class Unsupported(EngineError):
    """What an engine learns only at the start that it cannot do; the reason in one sentence."""
