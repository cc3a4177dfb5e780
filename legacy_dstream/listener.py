"""From Spark's ``StreamingListener`` to batch records.

Phases of a DStream batch, on the common schema:

``wait``        nothing: the batch is generated at its tick.
``planning``    tick to submission: blocks are assigned and jobs generated (with a write-ahead
                log, also the log's write, which Spark does not time apart).
``scheduling``  submission to the start of the first output operation: the queue behind earlier
                batches.
``execution``   from there to the end of the last output operation.
``commit``      from there to ``processingEndTime``.
``log``         nothing: a DStream without checkpoint writes none; the checkpoint's write comes
                after the event and is in no phase.

Source: ``org.apache.spark.streaming.scheduler.BatchInfo``, ``JobSet`` and ``JobScheduler``.
``totalDelay`` is not used: it starts at the submission and leaves job generation out.
``processingStartTime`` is the moment at which the scheduler's event loop hears of the start, later
than that; on a busy machine by more than a short batch takes (28 ms were seen).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from typing import Any

from pyspark.java_gateway import ensure_callback_server_started

from bench.contract import BatchRecord, Emit
from bench.contract.causes import first_cause
from bench.contract.files import ranges_of
from bench.contract.janino import new_instance

from .events import NAME, SOURCE
from .sinks.base import Sink
from .windows import Range, joined

#: What ``SocketReceiver.receive`` says when its peer closed the connection in an orderly way.
END_OF_STREAM = "had no more data"


class BatchListener:
    """Emits a record for each completed batch, empty ones included."""

    class Java:
        implements = ("java.util.function.Consumer",)

    def __init__(self, stream_ids: Sequence[int], sink: Sink, emit: Emit, outputs: int = 1) -> None:
        self._streams = {stream_id: number for number, stream_id in enumerate(stream_ids)}
        self._next = dict.fromkeys(range(len(stream_ids)), 0)
        self._sink = sink
        self._emit = emit
        self._outputs = outputs
        self._held: tuple[Range, ...] = ()
        self._changed = threading.Condition()
        self._last_batch = 0.0
        self._started: set[int] = set()
        self._closed: dict[int, float] = {}
        self._java: Any = None

    def register(self, stream_context: Any) -> None:
        """Hear of every batch from now on."""
        if self._java is None:
            context = stream_context.sparkContext
            ensure_callback_server_started(context._gateway)  # type: ignore[no-untyped-call]
            events = new_instance(context, NAME, SOURCE)
            events.send(self)
            if self._sink.java_counts is not None:
                events.counts(self._sink.java_counts, self._sink.counts_records)
            self._java = context._jvm.JavaStreamingListenerWrapper(events)
        stream_context._jssc.addStreamingListener(self._java)

    def unregister(self, stream_context: Any) -> None:
        """Hear of nothing from now on."""
        stream_context._jssc.ssc().removeStreamingListener(self._java)

    def accept(self, text: str) -> None:
        """Take in one event, as :mod:`legacy_dstream.events` writes it."""
        kind, _, rest = text.partition("\n")
        if kind == "batch":
            times, received, files, ends, counted, failure = rest.split("\n", 5)
            ranges = self._ranges(_integers(received), files.split("\t"))
            self._batch(_integers(times), ranges, _integers(ends), _integers(counted), failure)
            return
        stream_id, message = rest.split("\n", 1)
        number = self._streams.get(int(stream_id))
        if number is None:
            return
        if kind == "started":
            self._started.add(number)
        else:
            # A receiver that restarts itself, which it does at the end of its stream and when
            # nobody accepts its connection, is reported as stopped and not as failed.
            self._lost(number, message)

    def _lost(self, number: int, message: str) -> None:
        self._started.discard(number)
        if END_OF_STREAM in message:
            at = time.time()
            self._closed.setdefault(number, at)
            self._emit({"event": "closed", "stream": number, "at": at})
        elif "restarting" in message.lower():
            self._emit({"event": "retrying", "stream": number, "message": message})

    def _batch(
        self, times: list[int], ranges: Any, ends: list[int], counted: list[int], failure: str
    ) -> None:
        if len(ends) < self._outputs and not failure:
            # A batch within a window: its records are written with the batch that ends the window.
            self._held = (*self._held, *ranges)
            return
        ranges, self._held = joined((*self._held, *ranges)), ()
        tick_ms, submitted, started, finished = times
        visible = max([end for end in ends if end > 0], default=finished)
        counts = (counted[0], counted[1]) if counted else self._sink.take(tick_ms)
        record = BatchRecord(
            batch_id=tick_ms,
            ranges=ranges,
            planned_start=tick_ms / 1000,
            started=started / 1000,
            visible=visible / 1000,
            finished=max(finished, visible) / 1000,
            phases={
                "wait": 0.0,
                "scheduling": (started - submitted) / 1000,
                "planning": (submitted - tick_ms) / 1000,
                "log": 0.0,
                "execution": (visible - started) / 1000,
                "commit": max(0, finished - visible) / 1000,
                "other": 0.0,
            },
            processed_records=None if counts is None else counts[0],
            processed_bytes=None if counts is None else counts[1],
            failure=first_cause(failure) if failure else None,
        )
        self._emit(record.to_event())
        with self._changed:
            self._last_batch = record.planned_start
            self._changed.notify_all()

    def _ranges(self, received: list[int], files: list[str]) -> Any:
        if not self._streams:
            # The file source reports no number of records, but which files it took.
            return ranges_of(files)
        # Blocks are handed to batches in order of arrival, so running sums index the records.
        ranges = []
        for stream_id, count in sorted(zip(received[::2], received[1::2])):
            number = self._streams[stream_id]
            ranges.append((number, self._next[number], count))
            self._next[number] += count
        return tuple(ranges)

    def remembered(self, stream_context: Any) -> list[tuple[float, float, int]]:
        """Start, end (Unix seconds) and records of the batches that Spark keeps to show them."""
        kept = stream_context._jssc.ssc().progressListener().retainedCompletedBatches()
        return [_remembered(kept.apply(position)) for position in range(kept.size())]

    def wait_for_batch(self, tick: float, timeout_s: float) -> bool:
        """Wait until a batch planned at ``tick`` (Unix seconds) or later has completed."""
        with self._changed:
            return self._changed.wait_for(lambda: self._last_batch >= tick, timeout_s)

    @property
    def receivers_started(self) -> int:
        """How many receivers have reported to the driver and not failed since."""
        return len(self._started)

    @property
    def closed(self) -> list[int]:
        """Numbers of the streams whose peer has closed."""
        return sorted(self._closed)


def _remembered(batch: Any) -> tuple[float, float, int]:
    """Of a ``BatchUIData``, the times that an event of it tells."""
    starts, ends = [batch.processingStartTime().get()], [batch.processingEndTime().get()]
    operations = batch.outputOperations().values().iterator()
    while operations.hasNext():
        operation = operations.next()
        starts += [operation.startTime().get()] if operation.startTime().isDefined() else []
        ends += [operation.endTime().get()] if operation.endTime().isDefined() else []
    return min(starts) / 1000, max(ends) / 1000, batch.numRecords()


def _integers(text: str) -> list[int]:
    return [int(word) for word in text.split()]
