"""The source as it lives on the driver: spool, receiver and what Spark was told.

Spark makes a reader in a helper process of the driver, a child of the JVM, and keeps it there for
the life of the query; copies that it makes elsewhere only read files.  Everything here belongs to
that one process.  Nothing needs an orderly end: when the process dies the kernel frees the lock,
and what was received is in the files.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Optional

from .admission import admit_bytes, admit_records
from .lock import WAIT_S
from .offsets import Offset, must_be_of
from .options import SpoolOptions
from .partitions import Piece, plan_pieces
from .receiver import Receiver
from .segments import Mark
from .spool import Spool

#: An inlined batch has this many bytes at most: it is held in the memory of the driver.
INLINE_BYTES = 1 << 20


class LiveSource:
    """Opens the spool; the receiver starts with the first :meth:`latest` that may receive.

    Offsets are the dictionaries of :class:`~structured.spooled.offsets.Offset`.  Every method
    raises :class:`~structured.spooled.errors.SpoolError`.
    """

    def __init__(self, options: SpoolOptions, lock_wait_s: float = WAIT_S) -> None:
        self.options = options
        self.spool = Spool(
            Path(options.path),
            file_bytes=options.file_bytes,
            max_bytes=options.max_spool_bytes,
            durability=options.durability,
            lock_wait_s=lock_wait_s,
        )
        self.receiver = Receiver(self.spool, options)
        self._drain_to: Optional[Mark] = None
        self._committed: deque[int] = deque(maxlen=options.retain_batches + 1)

    def initial(self) -> dict[str, Any]:
        """Where a query without a checkpoint begins: at the first line kept."""
        return self._offset(self.spool.start)

    def reported(self) -> dict[str, Any]:
        """The end of what was received, in a batch or not."""
        return self._offset(self.spool.end)

    def drain(self) -> None:
        """From now on hand out only what is there at this moment, and connect to nobody."""
        self._drain_to = self.spool.end

    def latest(
        self, start: Mapping[str, Any], max_records: int = 0, max_bytes: int = 0
    ) -> Mapping[str, Any]:
        """The end of the batch that begins at ``start``; ``start`` itself if there is nothing."""
        begin = self._mark(start)
        if self._drain_to is None:
            # Not before the checkpoint is known to be this spool's: what is read from a socket
            # cannot be put back.
            self.receiver.start()
            self.receiver.check()
        if max_records:
            end = admit_records(self.spool, begin, max_records)
        elif max_bytes:
            end = admit_bytes(self.spool, begin, max_bytes)
        else:
            end = self.spool.end
        if self._drain_to is not None:
            end = min(end, max(begin, self._drain_to))
        if end <= begin:
            self.spool.let_one_more_in()
            return start
        if self.options.durability == "batch":
            self.spool.sync()
        return self._offset(end)

    def plan(self, start: Mapping[str, Any], end: Mapping[str, Any]) -> list[tuple[Piece, ...]]:
        """What each task of a batch reads."""
        low, high = self._mark(start), self._mark(end)
        target = self.options.partition_bytes
        return plan_pieces(self.spool, low.position, high.position, target)

    def is_small(self, start: Mapping[str, Any], end: Mapping[str, Any]) -> bool:
        """Whether a batch is one task that had better be inlined."""
        low, high = self._mark(start), self._mark(end)
        most = min(INLINE_BYTES, self.options.partition_bytes)
        return (
            0 < high.records - low.records <= self.options.inline_records
            and high.position - low.position <= most
        )

    def commit(self, end: Mapping[str, Any]) -> None:
        """Spark will not ask for anything before ``end`` again: delete what need not be kept."""
        position = self._mark(end).position
        if not self._committed or position > self._committed[-1]:
            self._committed.append(position)
        if len(self._committed) == self._committed.maxlen:
            self.spool.trim(self._committed[0])

    def close(self) -> None:
        """Stop receiving and give the spool up; a convenience, see above."""
        self.receiver.stop()
        self.spool.close()

    def _offset(self, mark: Mark) -> dict[str, Any]:
        return Offset(self.spool.identity, mark, self.options.peer).to_dict()

    def _mark(self, given: Mapping[str, Any]) -> Mark:
        offset = Offset.from_dict(given)
        must_be_of(offset, self.spool.identity, self.spool.folder)
        self.spool.check(offset.mark.position)
        return offset.mark
