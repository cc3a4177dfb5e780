"""The ``null`` engine: the contract without Spark, a real process on real sockets.

It takes what has arrived at each tick, counts records and bytes, and calls that a batch.  It is
the calibration sink, and the quick vehicle for tests of kill, resume, lock and A/A power.
``conf`` settings: ``null.batch_s`` (how long each batch takes, default 0), ``null.speed`` and
``null.haste`` (how many times as fast it is instead, for ``sparkbench tune``), ``null.fail_batch``
(number of a batch that fails), ``null.lose_record`` (index of a record that is dropped),
``null.hang`` (``start`` or ``batch``: never get beyond), ``null.capacity_per_s`` (records/s that it
can process: each record takes its time), ``null.reconnect`` (``yes``: try again when a connection
ends, as a DStream's receiver does) and ``null.hang_records`` (a batch of more records never
ends), all to show that the harness notices.
"""

from __future__ import annotations

import math
import selectors
import socket
import threading
import time
from typing import Any

from bench.contract import HARNESS_SINKS, PLAIN_SINKS, BatchRecord, Emit, EngineError, Options
from bench.contract.poison import RECORD_KEY, words

from .capture import NullCapture
from .ledger import NullLedger

AFTER_CLOSE = "the null engine stays idle"
_RECEIVE_BYTES = 1 << 20


def supports(options: Options) -> str | None:
    """``None``, or why not; it only knows ``echo``."""
    if options.trigger_s <= 0:
        return "the null engine needs a trigger interval above zero"
    if options.sink not in PLAIN_SINKS + HARNESS_SINKS:
        return f"the null engine has no sink {options.sink!r}, only {', '.join(PLAIN_SINKS)}"
    if options.source != "socket":
        return "the null engine reads sockets only"
    if options.mode != "microbatch":
        return f"the null engine has no {options.mode} mode"
    if options.guarantee != "none":
        return "the null engine keeps nothing that could be recovered"
    return None if options.job == "echo" else f"the null engine has no job {options.job!r}"


def start(options: Options, emit: Emit) -> NullStream:
    """Connect to all endpoints and begin; raises :class:`EngineError` where one refuses."""
    if options.conf.get("null.hang") == "start":
        threading.Event().wait()
    emit({"event": "built", "description": f"null engine, trigger {options.trigger_s:g} s"})
    return NullStream(options, emit)


def environment() -> dict[str, Any]:
    """No Spark, no Java."""
    return {"spark": None, "java": None}


def settings() -> dict[str, list[str | None]]:
    """No Spark, no settings of its."""
    return {}


def open_session(options: Options) -> None:
    """Nothing to open."""


def gauges() -> dict[str, Any]:
    """Nothing to read."""
    return {"gc_s": None, "heap_bytes": None, "heap_after_gc_bytes": None}


def sizes() -> dict[str, Any]:
    """No state."""
    return {"state_rows": None, "state_bytes": None}


def silence() -> None:
    """Nothing logs."""


def hush() -> None:
    """Nothing logs."""


def kill_session() -> None:
    """Nothing to end."""


def close_session() -> None:
    """Nothing stays open."""


class NullStream:
    """One thread that receives, one that makes batches."""

    def __init__(self, options: Options, emit: Emit) -> None:
        self._options = options
        self._emit = emit
        self._lock = threading.Condition()
        self._pending: list[tuple[int, int]] = [(0, 0) for _ in options.endpoints]
        self._next = [0 for _ in options.endpoints]
        self._closed: list[int] = []
        self._batches = 0
        self._last_started = 0.0
        self._capture = NullCapture(options) if options.sink == "capture" else None
        self._ledger = NullLedger(options) if options.sink == "ledger" else None
        self._stopping = threading.Event()
        self._error: str | None = None
        try:
            self._sockets = [socket.create_connection(e, timeout=30) for e in options.endpoints]
        except OSError as problem:
            raise EngineError(f"ConnectException: {problem}") from None
        self._threads = [
            threading.Thread(target=target, daemon=True) for target in (self._receive, self._run)
        ]
        for thread in self._threads:
            thread.start()

    def _receive(self) -> None:
        with selectors.DefaultSelector() as selector:
            for number, connection in enumerate(self._sockets):
                connection.setblocking(False)
                selector.register(connection, selectors.EVENT_READ, number)
            while not self._stopping.is_set():
                for key, _ in selector.select(timeout=0.1):
                    self._read(selector, key)
                self._reconnect(selector)

    def _reconnect(self, selector: selectors.BaseSelector) -> None:
        if self._options.conf.get("null.reconnect") != "yes":
            return
        for number in list(self._closed):
            try:
                again = socket.create_connection(self._options.endpoints[number], timeout=5)
            except OSError:
                continue
            again.setblocking(False)
            self._sockets[number].close()
            self._sockets[number] = again
            self._closed.remove(number)
            selector.register(again, selectors.EVENT_READ, number)

    def _read(self, selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
        number: int = key.data
        try:
            data = key.fileobj.recv(_RECEIVE_BYTES)  # type: ignore[union-attr]
        except OSError:
            data = b""
        with self._lock:
            if self._capture is not None:
                lines, length = self._capture.feed(number, data)
            elif self._ledger is not None:
                lines, length = self._ledger.feed(number, data)
            else:
                lines = data.count(b"\n")
                length = len(data) - lines
            records, size = self._pending[number]
            self._pending[number] = (records + lines, size + length)
        if not data:
            selector.unregister(key.fileobj)
            self._closed.append(number)
            self._emit({"event": "closed", "stream": number, "at": time.time()})

    def _run(self) -> None:
        interval = self._options.trigger_s
        hang = self._options.conf.get("null.hang") == "batch"
        # Ticks are moments of the wall clock as it stood at the start: one that is set back must
        # not make an interval a wait of hours.
        wall_s = time.time() - time.monotonic()
        tick = math.ceil((wall_s + time.monotonic()) / interval) * interval
        while not self._stopping.wait(max(0.0, tick - wall_s - time.monotonic())) and not hang:
            self._batch(tick)
            now = wall_s + time.monotonic()
            tick = max(tick + interval, math.floor(now / interval) * interval)

    def _batch(self, tick: float) -> None:
        conf = self._options.conf
        started = time.time()
        with self._lock:
            taken, self._pending = self._pending, [(0, 0) for _ in self._pending]
            captured = None if self._capture is None else self._capture.cut()
            noted = None if self._ledger is None else self._ledger.cut()
        poison = conf.get(RECORD_KEY)
        if noted is not None and poison and int(poison) in noted:
            self._error = words(poison)
            self._stopping.set()
            return
        ranges = []
        for number, (records, _size) in enumerate(taken):
            ranges.append((number, self._next[number], records))
            self._next[number] += records
        processed = sum(records for records, _ in taken)
        size = sum(size for _, size in taken)
        lost = int(conf.get("null.lose_record", "-1"))
        if ranges and ranges[0][1] <= lost < ranges[0][1] + ranges[0][2]:
            processed -= 1
        if self._capture is not None and captured is not None:
            processed, size = self._capture.write(self._batches, ranges[0][1], captured)
        if self._options.sink == "console":
            rule = "-" * 43
            print(f"{rule}\nBatch: {self._batches}\n{rule}\n{processed} records\n", flush=True)
        self._work(sum(records for records, _ in taken))
        visible = time.time()
        if self._ledger is not None and noted is not None:
            self._ledger.write(self._batches, visible, noted)
        failed = conf.get("null.fail_batch") == str(self._batches)
        self._emit(
            BatchRecord(
                batch_id=self._batches,
                ranges=tuple(ranges),
                planned_start=tick,
                started=started,
                visible=visible,
                finished=visible,
                phases={"wait": started - tick, "execution": visible - started},
                processed_records=processed,
                processed_bytes=size,
                failure="told to fail" if failed else None,
            ).to_event()
        )
        with self._lock:
            self._batches += 1
            self._last_started = started
            self._lock.notify_all()

    def _work(self, records: int) -> None:
        """Take as long over a batch as the settings say."""
        conf = self._options.conf
        if records > float(conf.get("null.hang_records", "inf")):
            # As Spark's socket source does in a batch too large for it: nothing interrupts it.
            threading.Event().wait()
        seconds = float(conf.get("null.batch_s", "0"))
        seconds += records / float(conf.get("null.capacity_per_s", "inf"))
        speed = float(conf.get("null.speed", "1")) * float(conf.get("null.haste", "1"))
        self._stopping.wait(seconds / speed)

    def ready(self) -> bool:
        """Connected before it was made."""
        return True

    def closed(self) -> list[int]:
        """Numbers of the streams whose peer has closed."""
        return sorted(self._closed)

    def processed(self, since: float, timeout_s: float) -> bool:
        """A batch begun after ``since`` has taken all that had arrived before."""
        with self._lock:
            return self._lock.wait_for(lambda: self._last_started > since, timeout_s)

    def error(self) -> str | None:
        """It dies of poison only."""
        return self._error

    def stop_gracefully(self, timeout_s: float) -> bool:
        """Once more as ever, then the end."""
        done = self.processed(time.time(), timeout_s)
        self.stop()
        return done

    def stop(self) -> None:
        """End both threads and close the sockets.  Idempotent."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=5.0)
        for connection in self._sockets:
            connection.close()
