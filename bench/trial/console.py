"""The console witness: when a batch's output arrived on the child's standard output.

Structured Streaming prints ``Batch: 7``, a DStream ``Time: 2026-01-31 12:00:00`` (``pprint``) or
``Time: 1767225600000 ms`` (the JVM's ``print``), each between two rules of dashes.  The stamp of a
batch is that of the last piece of output before the next header.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime
from typing import Any

from bench.contract import chunks

_RULE = re.compile(rb"-{20,}")
_HEADER = re.compile(rb"(?:Batch: (\d+)|Time: (\d+) ms|Time: (\d{4}-\d\d-\d\d [\d:.]+))\s*")


#: How many lines before the first batch are kept.
_LAST = 40

#: Told of a table of rows that is complete: the batch's number, its rows, and the Unix time.
OnTable = Callable[[int, int, float], None]


class ConsoleWitness:
    """Reads a pipe to its end in a thread of its own and keeps a stamp a batch."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._stamps: dict[int, float] = {}
        self._on_table: OnTable | None = None
        self._last: deque[str] = deque(maxlen=_LAST)
        self._thread = threading.Thread(target=self._read, name="console witness", daemon=True)
        self._thread.start()

    def clear(self) -> None:
        """Forget what an earlier stream of the same child printed."""
        with self._lock:
            self._stamps.clear()
            self._on_table = None

    def count_rows(self, on_table: OnTable) -> None:
        """From batch 0 of the stream to come, count the rows that Structured Streaming prints."""
        with self._lock:
            self._on_table = on_table

    def stamps(self) -> dict[int, float]:
        """Batch id to the Unix time at which its output was complete."""
        with self._lock:
            return dict(self._stamps)

    def said(self) -> str:
        """The last lines that are no output of a batch: a JVM that cannot start says why here."""
        with self._lock:
            return "\n".join(self._last)

    def close(self) -> None:
        """Wait until the pipe has ended, which it does when every writer is gone."""
        self._thread.join(timeout=5.0)

    def _read(self) -> None:
        rest = b""
        current: int | None = None
        after_rule = False
        table = _Table()
        with os.fdopen(self._descriptor, "rb", buffering=0) as pipe:
            while data := pipe.read(1 << 16):
                at = time.time()
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    header = _HEADER.fullmatch(line) if after_rule else None
                    after_rule = _RULE.fullmatch(line.strip()) is not None
                    if header is not None:
                        current = _batch_id(header, at)
                        table = _Table()
                    elif current is None:
                        with self._lock:
                            self._last.append(line.decode("utf-8", "replace").rstrip())
                    elif not after_rule:
                        # A rule that opens the next header may come in the same piece: it does
                        # not belong to this batch, and leaves its stamp alone.
                        with self._lock:
                            self._stamps[current] = at
                            told = self._on_table
                        if told is not None and table.complete(line):
                            told(current, table.rows, at)


class _Table:
    """A table as Spark shows it: a border, the heading, a border, the rows, a border."""

    def __init__(self) -> None:
        self.rows = 0
        self._borders = 0

    def complete(self, line: bytes) -> bool:
        """Take in a line; whether it is the table's last one."""
        if line.startswith(b"+-"):
            self._borders += 1
            return self._borders == 3
        self.rows += self._borders == 2 and line.startswith(b"|")
        return False


def _batch_id(header: re.Match[bytes], at: float) -> int:
    number, milliseconds, text = header.groups()
    if text is not None:
        # What ``pprint`` shows is a local time, as ``datetime.fromtimestamp`` made it.  In the hour
        # that the end of summer time repeats there are two of it: it came shortly before ``at``.
        shown = datetime.fromisoformat(text.decode())
        folds = [shown.replace(fold=fold).timestamp() for fold in (0, 1)]
        return round(min(folds, key=lambda found: abs(at - found)) * 1000)
    return int(number or milliseconds)


class Epochs:
    """Turns each printed epoch of stream ``name`` into a ``batch`` event.

    Epochs follow one another without a gap and their rows come in order of arrival (the source has
    one partition), so a running sum tells which records an epoch is made of.  An epoch begins when
    the one before it was printed, so its batch time is its length; there are no phases.
    """

    def __init__(self, name: str, put: Callable[[dict[str, Any]], None]) -> None:
        self._name = name
        self._put = put
        self._next: int | None = None
        self._last = 0.0

    def __call__(self, number: int, rows: int, at: float) -> None:
        """The epoch of that number was printed whole at ``at`` (Unix s)."""
        if self._next is None:
            if number != 0:
                return  # the last words of the stream before
            self._next, self._last = 0, at
        record = chunks.epoch(number, self._next, rows, self._last, at)
        self._next += rows
        self._last = at
        self._put({**record.to_event(), "name": self._name})
