"""The spool: an append-only stream of lines in files of one directory, cut off at the front."""

from __future__ import annotations

import contextlib
import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from .errors import SpoolError
from .index import Index
from .lock import WAIT_S, SpoolLock
from .quantities import format_size
from .recovery import recover
from .segments import LF, Mark, Segment, read_piece
from .writer import Lines, SegmentWriter, force_file


class Spool:
    """An open spool; one thread appends, another reads and trims.

    Making it takes the directory's lock and recovers what is there.  Raises :class:`SpoolError`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        file_bytes: int,
        max_bytes: int,
        durability: str = "none",
        lock_wait_s: float = WAIT_S,
    ) -> None:
        self.folder = folder
        self._file_bytes = file_bytes
        self._max_bytes = max_bytes
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._lock = SpoolLock(folder, lock_wait_s)
        except OSError as problem:
            raise SpoolError(
                f"the spool {folder} cannot be made or written ({problem.strerror})"
            ) from None
        try:
            found = recover(folder)
            if durability != "none" and found.segments:
                # Its last holder may have been killed before it could.
                force_file(folder, found.segments[-1].name)
        except BaseException:
            self._lock.release()
            raise
        self.identity = found.identity
        self.torn_bytes = found.torn_bytes
        self._starts = [segment.start for segment in found.segments]
        self._end = found.end
        self._index = Index(self._starts[0] if self._starts else found.end)
        for mark in [*self._starts[1:], found.end]:
            self._index.add(mark)
        self._changed = threading.Condition()
        self._one_more = False
        self._writer = SegmentWriter(folder, durability)
        self._synced = -1

    # --- what there is ----------------------------------------------------------------------------

    @property
    def start(self) -> Mark:
        """The first place that can still be read."""
        with self._changed:
            return self._starts[0] if self._starts else self._end

    @property
    def end(self) -> Mark:
        """The place after the last line received."""
        with self._changed:
            return self._end

    @property
    def size(self) -> int:
        """Bytes kept."""
        with self._changed:
            return self._size()

    def segments(self) -> list[Segment]:
        """The files as they are now; the last one may grow."""
        with self._changed:
            ends = [*(start.position for start in self._starts[1:]), self._end.position]
            return [Segment(s, end - s.position) for s, end in zip(self._starts, ends)]

    def near(self, position: int) -> Mark:
        """A mark at or before ``position``, not far from it."""
        with self._changed:
            return self._index.by_position(position)

    def near_records(self, records: int) -> Mark:
        """A mark with ``records`` records before it or a few less."""
        with self._changed:
            return self._index.by_records(records)

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """The bytes between two positions, block by block."""
        for segment in self.segments():
            if segment.end > start and segment.start.position < end:
                low, high = max(start, segment.start.position), min(end, segment.end)
                yield from read_piece(self.folder, segment, low, high)

    def check(self, position: int) -> None:
        """Raise :class:`SpoolError` unless ``position`` is a line's end that is still there."""
        start, end = self.start.position, self.end.position
        if position > end:
            raise SpoolError(
                f"the checkpoint is {position - end} bytes ahead of the spool {self.folder}: "
                "received lines were lost, by a crash of the machine (durability=none) or by "
                "files put back or removed; to go on without them, start with a new checkpoint"
            )
        if position < start:
            raise SpoolError(
                f"the checkpoint goes back {start - position} bytes before what the spool "
                f"{self.folder} still holds: its files were deleted after retainBatches batches; "
                "to go on without them, start with a new checkpoint"
            )
        if position > start and next(self.read(position - 1, position)) != LF:
            raise SpoolError(
                f"byte {position} of the spool {self.folder} is not at a line's end: its files "
                "were changed by something else"
            )

    # --- the receiver's side ----------------------------------------------------------------------

    def append(self, lines: Lines, records: int) -> None:
        """Write whole lines; they are received when this returns.

        Raises :class:`SpoolError` where that fails, and leaves the spool as it was.
        """
        start, end = self._starts[-1] if self._starts else None, self._end
        try:
            if start is None or end.position - start.position >= self._file_bytes:
                start = end
                self._writer.open(start)
                with self._changed:
                    self._starts.append(start)
            elif not self._writer.is_open:
                self._writer.open(start)
            self._writer.write(lines, end.position - start.position)
        except OSError as problem:
            raise self._cannot_write(problem) from None
        with self._changed:
            self._end = Mark(end.position + len(lines), end.records + records)
            self._index.add(self._end)

    def wait_for_room(self, timeout_s: float) -> bool:
        """Whether the receiver may take more, after waiting for that for some time."""
        with self._changed:
            if not self._changed.wait_for(self._has_room, timeout_s):
                return False
            self._one_more = False
            return True

    # --- the query's side -------------------------------------------------------------------------

    def let_one_more_in(self) -> None:
        """Let a receiver write once though there is no room.

        All it received has gone into batches, but Spark commits the last of them only when it
        makes the next, for which there must be something new.
        """
        with self._changed:
            if self._size() >= self._max_bytes:
                self._one_more = True
                self._changed.notify_all()

    def sync(self) -> None:
        """Force to disk what was received so far."""
        end = self.end.position
        if end == self._synced:
            return
        try:
            self._writer.sync()
        except OSError as problem:
            raise self._cannot_write(problem) from None
        self._synced = end

    def trim(self, position: int) -> int:
        """Delete the files all of whose lines lie before ``position``; how many bytes that were.

        The last file stays whatever it holds: its name is where the stream goes on.
        """
        freed = 0
        for segment in self.segments()[:-1]:
            if segment.end > position:
                break
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.folder / segment.name)
            freed += segment.size
            with self._changed:
                del self._starts[0]
                self._index.forget(self._starts[0].position)
                self._changed.notify_all()
        return freed

    def close(self) -> None:
        """Give the directory up.  Idempotent; the end of the process does the same."""
        self._writer.close()
        self._lock.release()

    # --- within -----------------------------------------------------------------------------------

    def _size(self) -> int:
        start = self._starts[0] if self._starts else self._end
        return self._end.position - start.position

    def _has_room(self) -> bool:
        return self._one_more or self._size() < self._max_bytes

    def _cannot_write(self, problem: OSError) -> SpoolError:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            return SpoolError(
                f"the disk of the spool {self.folder} is full ({format_size(self.size)} are in "
                "it): free some space, or set maxSpoolBytes below what the disk has"
            )
        return SpoolError(f"the spool {self.folder} cannot be written ({problem.strerror})")
