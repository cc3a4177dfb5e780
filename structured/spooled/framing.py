"""From a socket's bytes to whole lines, as Java's ``BufferedReader.readLine`` would cut them.

LF, CR and CR LF each end a line, so each leaves as one LF.  What follows the last line end waits
for the rest of its line and never reaches the spool before.
"""

from __future__ import annotations

_LF, _CR = b"\n", b"\r"

#: One read of the socket at most; a pipe of the kernel holds no more at a time either.
BUFFER_BYTES = 1 << 20


class LineTooLong(Exception):
    """A line is longer than the longest allowed."""


class Framer:
    """A buffer to receive into, from which whole lines are taken.

    :meth:`space` is where the next bytes go, :meth:`take` says how many came and hands over the
    lines they complete, which stay valid until the next :meth:`space`.
    """

    def __init__(self, longest: int, buffer_bytes: int = BUFFER_BYTES) -> None:
        self._longest = longest
        self._buffer = bytearray(buffer_bytes)
        self._view = memoryview(self._buffer)
        self._taken = self._filled = 0  # handed over; received and not overwritten
        self._after_cr = False

    @property
    def fragment(self) -> int:
        """Bytes of the line that has no end yet."""
        return self._filled - self._taken

    def space(self) -> memoryview:
        """Room for the next bytes; raises :class:`LineTooLong`."""
        left = self._filled - self._taken
        if left > self._longest:
            raise LineTooLong
        if self._taken:
            self._buffer[:left] = self._buffer[self._taken : self._filled]
            self._taken, self._filled = 0, left
        if left * 2 > len(self._buffer):
            # A new one: the caller may still hold views of the old one.
            self._buffer = self._buffer[:left] + bytes(2 * len(self._buffer) - left)
            self._view = memoryview(self._buffer)
        return self._view[left:]

    def take(self, received: int) -> tuple[memoryview, int]:
        """The whole lines in the buffer and how many; raises :class:`LineTooLong`."""
        start, end = self._filled, self._filled + received
        if self._after_cr or self._buffer.find(_CR, start, end) >= 0:
            end = self._normalise(start, end)
        self._filled = end
        # What was there before holds no line end.
        last = self._buffer.rfind(_LF, start, end)
        self._taken = last + 1 if last >= 0 else 0
        lines = self._view[: self._taken]
        records = self._buffer.count(_LF, start, self._taken)
        # One look at each line only where one of them could be too long.
        if self._taken > self._longest and max(map(len, bytes(lines).split(_LF))) > self._longest:
            raise LineTooLong
        return lines, records

    def finish(self) -> bytes:
        """The fragment as a line, for a stream that has ended in good order; may be empty."""
        line = bytes(self._view[self._taken : self._filled])
        self.clear()
        return line + _LF if line else b""

    def clear(self) -> int:
        """Forget the fragment, as a new connection begins; its size in bytes."""
        size = self.fragment
        self._taken = self._filled = 0
        self._after_cr = False
        return size

    def _normalise(self, start: int, end: int) -> int:
        data = bytes(self._view[start:end])
        if self._after_cr and data:
            self._after_cr = False
            if data[:1] == _LF:
                data = data[1:]
        if data[-1:] == _CR:
            # Its line is over; an LF that comes next belongs to it.
            self._after_cr = True
        data = data.replace(b"\r\n", _LF).replace(_CR, _LF)
        end = start + len(data)
        self._buffer[start:end] = data
        return end
