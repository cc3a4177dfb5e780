"""One stream's connection: sends the records that are due, and logs what the kernel accepted."""

from __future__ import annotations

import math
import socket
from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from bench.load.content.digits import Integers
from bench.load.content.lines import Lines
from bench.load.sending.lag import SendLog, Timetable

#: Records that fall due within a tick go out as one chunk. It bounds the lag of an idle machine
#: (about a tick at p99) and the cost (a tick takes some 80 µs of a core, mostly to sleep, to wake
#: and to wake the reader, hardly depending on the size of the chunk).
TICK_S = 0.0017
NO_LIMIT = 2**62
#: After this many bytes a stream lets the others, and the commands, have their turn.
_TURN_BYTES = 1 << 20


class Schedule(Timetable, Protocol):
    """What a channel needs of a schedule."""

    def time(self, index: int) -> float:
        """The offset of one record."""


class Stream:
    """Stream number `stream`: what it sends and when, and how far it is.

    `sock` is None as long as there is no reader; `clock` gives monotonic seconds.
    """

    def __init__(self, stream: int, clock: Callable[[], float]) -> None:
        self.stream = stream
        self.sock: Any = None
        self.log = SendLog()
        self.schedule: Schedule | None = None
        self.sent = 0
        self.limit = NO_LIMIT
        self._clock = clock
        self._t0 = 0.0
        self._lines: Lines | None = None

    def begin(self, lines: Lines, schedule: Schedule, t0: float, log: SendLog) -> None:
        """Send these lines by this schedule from `t0` on, a reading of the clock."""
        self._lines, self.schedule, self._t0, self.log = lines, schedule, t0, log
        self.sent, self.limit = 0, NO_LIMIT

    @property
    def torn(self) -> bool:
        """The reader has a part of the next record."""
        return False

    @property
    def finished(self) -> bool:
        """Nothing more will be sent: the limit is reached or the reader gone."""
        return self.sock is None or self.sent >= self.limit

    @property
    def sending(self) -> bool:
        """There is a reader, a schedule and something to send, now or later."""
        return self.schedule is not None and not self.finished

    def elapsed_s(self) -> float:
        """Seconds since t0, negative before it."""
        return self._clock() - self._t0

    def intended(self) -> int:
        """Records whose intended time has passed, up to the limit."""
        due = self.schedule.count_before(self.elapsed_s()) if self.schedule else 0
        return min(due, self.limit)

    def stop(self, after_s: float | None) -> None:
        """End after the records intended before `after_s`, or at the next record boundary.

        A record of which the reader has a part is completed.
        """
        least = self.sent + self.torn
        if after_s is None or self.schedule is None:
            self.limit = least
        else:
            self.limit = max(self.schedule.count_before(after_s), least)

    def total_bytes(self) -> int:
        """Payload bytes of the records sent, without newlines."""
        return self._lines.total_bytes(0, self.sent) if self._lines else 0


class Channel(Stream):
    """A stream on a socket.

    A record counts as sent once its newline was accepted by the kernel; none is sent before its
    intended time, none is skipped.
    """

    def __init__(self, stream: int, clock: Callable[[], float]) -> None:
        super().__init__(stream, clock)
        self.gone_because = ""
        self.blocked_since: float | None = None
        self._view = memoryview(b"")
        self._position = 0  # bytes of the block that the kernel accepted
        self._first = self._end = 0  # records of the block
        self._ends: Integers | int = 0  # where each record of it ends, or their common width

    def attach(self, sock: socket.socket) -> None:
        """Take over a connected socket."""
        sock.setblocking(False)
        # Chunks must leave when they are sent: Nagle would hold the next one back until the
        # reader's delayed acknowledgement (40 ms).
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self.gone_because = ""
        if self._lines is not None:
            # Of a record that was cut short, the next reader gets the whole.
            self._position = self._byte_end(self.sent)

    def begin(self, lines: Lines, schedule: Schedule, t0: float, log: SendLog) -> None:
        """As every stream does."""
        super().begin(lines, schedule, t0, log)
        self.blocked_since = None
        self._load_block(0)  # so that the first record does not wait for it

    @property
    def torn(self) -> bool:
        """The kernel has accepted a part of the next record."""
        return self._position > self._byte_end(self.sent)

    def pause(self) -> None:
        """Nothing can be sent for a while, through no fault of ours; the log counts it as full."""
        if self.blocked_since is None:
            self.blocked_since = self.elapsed_s()

    def resume(self) -> None:
        """Go on after a pause, without a limit."""
        self.writable(self._clock())
        self.limit = NO_LIMIT

    def pump(self, now: float) -> float:
        """Send what is due `now`; the clock's time at which to call again, 0 for at once.

        It is infinite when the socket is full: `blocked_since` is then set, and `writable` is to be
        called first; or when the reader is gone: `gone_because` then tells why. Every line of this
        runs at each tick with cold caches, hence its plain style.
        """
        sock, schedule, clock, t0 = self.sock, self.schedule, self._clock, self._t0
        assert sock is not None and schedule is not None
        due = min(schedule.count_before(now - t0), self.limit)
        budget = _TURN_BYTES
        while self.sent < due:
            if self.sent == self._end:
                self._load_block(self.sent)
            upto = min(due, self._end)
            end = self._byte_end(upto)
            try:
                taken = sock.send(self._view[self._position : end])
            except BlockingIOError:
                taken = 0
            except OSError as error:
                self.gone_because = error.strerror or str(error)
                return math.inf
            at = clock() - t0
            self._position += taken
            full = self._position < end
            delivered = self._records_at(self._position) if full else upto
            if delivered > self.sent:
                self.log.sent(self.sent, delivered - self.sent, at)
                self.sent = delivered
            if full:
                self.blocked_since = at
                return math.inf
            budget -= taken
            if budget <= 0 and self.sent < due:
                return 0.0
        if self.sent >= self.limit:
            return 0.0
        return max(now + TICK_S, t0 + schedule.time(self.sent))

    def writable(self, now: float) -> None:
        """The socket was reported writable at `now`: the spell of a full one has ended."""
        if self.blocked_since is not None:
            self.log.blocked(self.blocked_since, now - self._t0)
            self.blocked_since = None

    def end(self) -> None:
        """Send nothing more; a spell of a full socket that still lasts ends here on the log."""
        self.writable(self._clock())
        self.limit = self.sent

    def drop(self) -> None:
        """Close the connection; what the kernel has accepted is still delivered."""
        self.end()
        if self.sock is not None:
            self.sock.close()
            self.sock = None

    def _load_block(self, first: int) -> None:
        assert self._lines is not None
        count = self._lines.block_records(first)
        self._view = memoryview(self._lines.view(first, count))
        self._position, self._first, self._end = 0, first, first + count
        width = self._lines.width
        self._ends = self._lines.wire_ends(first, count) if width is None else width

    def _byte_end(self, record: int) -> int:
        """Bytes of the block up to, not including, `record`."""
        records = record - self._first
        if isinstance(self._ends, int):
            return records * self._ends
        return int(self._ends[records - 1]) if records else 0

    def _records_at(self, position: int) -> int:
        """The record of which, or before which, the block's byte `position` is."""
        if isinstance(self._ends, int):
            return self._first + position // self._ends
        return self._first + int(np.searchsorted(self._ends, position, side="right"))
