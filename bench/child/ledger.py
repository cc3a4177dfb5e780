"""The ``ledger`` sink of the null engine, and faults on request.

``conf`` settings, each with the index of a record of the first stream: ``null.lose_record`` and
``null.repeat_record``, to show that the harness notices.
"""

from __future__ import annotations

from array import array

from bench.contract import Options
from bench.contract.ledger import FILE_KEY, LedgerFile, number_of


class NullLedger:
    """Reads the number of each line as it arrives; not for several threads at a time."""

    def __init__(self, options: Options) -> None:
        self._file = LedgerFile(options.conf[FILE_KEY])
        self._open = [b"" for _ in options.endpoints]
        self._numbers = array("q")
        self._lost = int(options.conf.get("null.lose_record", "-1"))
        self._repeated = int(options.conf.get("null.repeat_record", "-1"))

    def feed(self, stream: int, data: bytes) -> tuple[int, int]:
        """Take what a stream has sent, nothing for its end; records now complete, their bytes."""
        # A line whose end never came is none: the next connection begins with a new one.
        *whole, rest = (self._open[stream] + data).split(b"\n")
        self._open[stream] = rest if data else b""
        for line in whole:
            number = number_of(line.decode("ascii", "replace"))
            if number != self._lost or number < 0:
                self._numbers.append(number)
            if number == self._repeated >= 0:
                self._numbers.append(number)
        return len(whole), sum(len(line) for line in whole)

    def cut(self) -> array[int]:
        """The numbers since the last cut."""
        taken, self._numbers = self._numbers, array("q")
        return taken

    def write(self, batch_id: int, visible: float, numbers: array[int]) -> None:
        """Write a batch."""
        self._file.add(batch_id, round(visible * 1e6), numbers)
