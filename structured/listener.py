"""From Spark's ``StreamingQueryListener`` to batch records.

Phases of a Structured Streaming micro-batch, on the common schema:

``wait``        tick to the start of the batch: the trigger fired late, or a batch ran over.
``planning``    ``latestOffset`` + ``getBatch`` + ``queryPlanning``: for the socket source this
                also connects (batch 0) and copies the batch's rows.
``scheduling``  nothing: a query never queues batches, an overrun makes the next one larger.
``log``         ``walCommit``: the offset log, and ``commit`` to the sources of the batch before.
``execution``   ``addBatch``: Spark jobs and sink.
``commit``      ``commitOffsets``: the commit log.
``other``       what ``triggerExecution`` holds beside these.

Source: ``org.apache.spark.sql.execution.streaming`` ``ProgressReporter`` and
``MicroBatchExecution``; results are visible when ``addBatch`` ends, before the commit log.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pyspark.java_gateway import ensure_callback_server_started

from bench.contract import BatchRecord, Emit
from bench.contract.chunks import epoch
from bench.contract.janino import new_instance

from .events import NAME, SOURCE
from .file_log import FileLog
from .sinks.base import Sink
from .spooling import record_range

#: How often it is looked whether the query still lives.
_LOOK_S = 0.25

PLANNING = ("latestOffset", "getBatch", "queryPlanning")


class BatchListener:
    """Emits a record for each batch of one query; the endpoints tell its sources apart."""

    class Java:
        implements = ("java.util.function.Consumer",)

    def __init__(
        self,
        endpoints: tuple[tuple[str, int], ...],
        trigger_s: float,
        sink: Sink,
        emit: Emit,
        file_log: FileLog | None = None,
    ) -> None:
        self._ports = {port: number for number, (_host, port) in enumerate(endpoints)}
        self._trigger_s = trigger_s
        self._sink = sink
        self._emit = emit
        self._file_log = file_log
        self.query_id: str | None = None
        self.first_batch = threading.Event()
        self.terminated = threading.Event()
        #: When the last batch that was heard of began, in Unix seconds.
        self.last_started = 0.0
        self._ended = threading.Semaphore(0)
        #: When the last epoch ended, in Unix seconds.
        self._epoch_s = 0.0

        #: Progress says which records a batch was made of; that of an epoch does not.
        self.counts = True
        self._java: Any = None

    def register(self, session: Any) -> None:
        """Hear of every query of the session from now on."""
        if self._java is None:
            context = session.sparkContext
            ensure_callback_server_started(context._gateway)  # type: ignore[no-untyped-call]
            self._java = new_instance(context, NAME, SOURCE)
            self._java.send(self)
        session._jsparkSession.streams().addListener(self._java)

    def unregister(self, session: Any) -> None:
        """Hear of nothing from now on."""
        session._jsparkSession.streams().removeListener(self._java)

    def accept(self, text: str) -> None:
        """Take in one event, as :mod:`structured.events` writes it."""
        kind, _, rest = text.partition("\n")
        if kind == "started":
            # Called before ``start()`` returns to us, so this is the query that was just begun.
            self.query_id = self.query_id or rest
        elif kind == "terminated":
            if rest == self.query_id:
                self.terminated.set()
        elif kind == "epoch":
            number, first, rows, ended_us = map(int, rest.split())
            ended_s = ended_us / 1e6
            began_s, self._epoch_s = self._epoch_s or ended_s, ended_s
            self._emit(epoch(number, first, rows, began_s, ended_s).to_event())
            self._ended.release()
        else:
            progress = json.loads(rest)
            if progress["runId"] == self.query_id:
                self.last_started = _unix(progress["timestamp"])
                if self.counts:
                    self._emit(self.record(progress).to_event())
                    self._ended.release()
                self.first_batch.set()

    def await_batches(self, count: int) -> None:
        """Return when so many more batches have ended, or the query has."""
        while self._ended.acquire(blocking=False):
            pass
        while count and not self.terminated.is_set():
            count -= self._ended.acquire(timeout=_LOOK_S)

    def record(self, progress: Mapping[str, Any]) -> BatchRecord:
        """The batch record of one progress: its JSON, or as much of it as the events hold."""
        spent = {name: ms / 1000 for name, ms in progress["durationMs"].items()}
        started = _unix(progress["timestamp"])
        finished = started + spent.get("triggerExecution", 0.0)
        commit = spent.get("commitOffsets", 0.0)
        tick = started
        if self._trigger_s > 0:
            # Ticks are multiples of the interval since the epoch (``ProcessingTimeExecutor``).
            # A millisecond clock and a float quotient can meet just below the tick: round first.
            tick = math.floor(round(started / self._trigger_s, 6)) * self._trigger_s
        phases = {
            "wait": started - tick,
            "scheduling": 0.0,
            "planning": sum(spent.get(name, 0.0) for name in PLANNING),
            "log": spent.get("walCommit", 0.0),
            "execution": spent.get("addBatch", 0.0),
            "commit": commit,
        }
        phases["other"] = finished - tick - sum(phases.values())
        counts = self._sink.take(progress)
        return BatchRecord(
            batch_id=int(progress["batchId"]),
            ranges=self._ranges(progress["sources"]),
            planned_start=tick,
            started=started,
            visible=finished - commit,
            finished=finished,
            phases=phases,
            processed_records=None if counts is None else counts[0],
            processed_bytes=None if counts is None else counts[1],
        )

    def remembered(self, query: Any) -> list[tuple[float, float, int]]:
        """Start, end (Unix seconds) and records of the batches whose progress Spark keeps."""
        kept = [json.loads(progress.json()) for progress in query._jsq.recentProgress()]
        batches = [self.record(progress) for progress in kept]
        return [(batch.started, batch.finished, batch.records) for batch in batches]

    def _ranges(self, sources: list[dict[str, Any]]) -> Any:
        # Offsets count records: (start, end], -1 or null before the first.  ``numInputRows`` is
        # not used: every action over the batch adds to it.
        if self._file_log is not None:
            return self._file_log.ranges(sources)
        ranges = []
        for source in sources:
            spooled = record_range(source)
            if spooled is not None:
                ranges.append((self._ports[spooled[0]], *spooled[1:]))
                continue
            port = re.search(r"port: (\d+)", source["description"])
            if port is None or int(port.group(1)) not in self._ports:
                continue
            first = _offset(source["startOffset"]) + 1
            end = _offset(source["endOffset"])
            ranges.append((self._ports[int(port.group(1))], first, end + 1 - first))
        return tuple(sorted(ranges))


def _unix(timestamp: str) -> float:
    return datetime.fromisoformat(timestamp.replace("Z", "+00:00")).timestamp()


def _offset(value: Any) -> int:
    # Older versions hand the offset over as JSON text.
    return -1 if value is None else int(value)
