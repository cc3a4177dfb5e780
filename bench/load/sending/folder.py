"""A watched directory as the place a load goes to, beside `bench.load.sending.sender` for sockets.

Time is cut every `file_s` seconds from t0 on. At each cut a stream gets one file with the records
that were intended since the last one, written elsewhere on the same file system and renamed into
place; nothing is written where there are none. A record waits for its cut, file_s / 2 on average,
as a DStream's record waits for the end of its block: that wait is part of its latency, and no lag
of the generator (see `Cuts`).
"""

from __future__ import annotations

import contextlib
import math
import select
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.contract.files import END, STAGING, file_name
from bench.load.content.lines import Lines
from bench.load.errors import LoadError
from bench.load.sending.channel import NO_LIMIT, Schedule, Stream
from bench.load.sending.lag import SendLog

#: A cut's number times `file_s` may miss the cut in its last bits.
_TOLERANCE_S = 1e-9


class Cuts:
    """When the records of `schedule` are due as files: each at the first cut at or after its time.

    The same interface as a schedule's `times` and `count_before`, for the lag of the sender.
    """

    def __init__(self, schedule: Schedule, file_s: float) -> None:
        self._schedule = schedule
        self._file_s = file_s

    def times(self, first: int, count: int) -> NDArray[np.float64]:
        """Offsets of the cuts of records [first, first + count)."""
        offsets = self._schedule.times(first, count)
        # A record intended at a cut is not before it, so it goes with the next one.
        cuts: NDArray[np.float64] = (np.floor(offsets / self._file_s + 1e-9) + 1) * self._file_s
        return cuts

    def count_before(self, t_s: float) -> int:
        """How many records have a cut before `t_s`."""
        cut = (math.ceil(t_s / self._file_s - 1e-9) - 1) * self._file_s
        return self._schedule.count_before(cut - _TOLERANCE_S)


class FolderChannel(Stream):
    """A stream into a folder; nothing of a file is seen before all of it is there."""

    def __init__(self, base: Path, stream: int, file_s: float, clock: Callable[[], float]) -> None:
        super().__init__(stream, clock)
        self.sock = base
        self._folder = base / str(stream)
        self._staging = base / STAGING
        self._file_s = file_s
        self._cut = 0
        self._paused_at: float | None = None
        for folder in (self._folder, self._staging):
            folder.mkdir(parents=True, exist_ok=True)

    def begin(self, lines: Lines, schedule: Schedule, t0: float, log: SendLog) -> None:
        """As every stream does."""
        super().begin(lines, schedule, t0, log)
        self._cut = 0

    def pause(self) -> None:
        """Nothing is to be written for a while; the log counts it as a full socket."""
        if self._paused_at is None:
            self._paused_at = self.elapsed_s()

    def resume(self) -> None:
        """Go on after a pause, without a limit."""
        if self._paused_at is not None:
            self.log.blocked(self._paused_at, self.elapsed_s())
            self._paused_at = None
        self.limit = NO_LIMIT

    def pump(self, now: float) -> float:
        """Write what the latest cut allows; the clock's time of the next one."""
        schedule = self.schedule
        assert schedule is not None
        passed = math.floor((now - self._t0) / self._file_s + 1e-9)
        if passed > self._cut:
            self._cut = passed
            # Exactly the records of `Cuts`, however the product was rounded.
            due = schedule.count_before(passed * self._file_s - _TOLERANCE_S)
            due = min(due, self.limit)
            if due > self.sent:
                self._write(self.sent, due - self.sent)
                self.log.sent(self.sent, due - self.sent, self._clock() - self._t0)
                self.sent = due
        return self._t0 + (max(self._cut, 0) + 1) * self._file_s

    def end(self) -> None:
        """Write nothing more."""
        self.limit = self.sent

    def drop(self) -> None:
        """Write nothing more, and say so to whoever reads the folder."""
        self.end()
        with contextlib.suppress(OSError):  # its reader may have removed it by now
            (self._folder / END).touch()

    def _write(self, first: int, count: int) -> None:
        lines = self._lines
        assert lines is not None
        name = file_name(self.stream, first, count)
        end, each = first + count, max(lines.block_records(first), 1)
        try:
            with (self._staging / name).open("wb") as file:
                while first < end:
                    taken = min(each, end - first)
                    file.write(lines.block(first, taken))
                    first += taken
            (self._staging / name).rename(self._folder / name)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LoadError(
                f"{self._folder}: cannot be written ({reason}): free the disk"
            ) from None


class FolderSender:
    """Serves every stream's folder from one thread; the interface of `sender.Sender`.

    There is a reader from the start: whoever looks into the folder.
    """

    def __init__(
        self,
        base: Path,
        streams: int,
        file_s: float,
        watch: Sequence[int] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.channels = [FolderChannel(base, stream, file_s, clock) for stream in range(streams)]
        self._watch = list(watch)
        self._clock = clock

    def run(self, until: float) -> list[int]:
        """Write until the clock reads `until`, a descriptor of `watch` is readable or one is done.

        Returns the descriptors that are readable. Raises LoadError where a file cannot be written.
        """
        live = [channel for channel in self.channels if channel.sending]
        while True:
            now = self._clock()
            if now >= until:
                return []
            wake_at = until
            for channel in live:
                wake_at = min(wake_at, channel.pump(now))
            if any(not channel.sending for channel in live):
                return []
            timeout = max(wake_at - self._clock(), 0.0)
            readable, _, _ = select.select(self._watch, [], [], timeout)
            if readable:
                return list(readable)

    def close(self) -> None:
        """Say of every stream that it is complete."""
        for channel in self.channels:
            channel.drop()
