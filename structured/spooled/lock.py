"""One reader a spool: a lock that the kernel takes back when its holder dies, however it dies."""

from __future__ import annotations

import fcntl
import os
import socket
import struct
import time
from pathlib import Path

from .errors import SpoolError

FILE = "lock"

#: How long the one before may take to go: a killed driver's helper ends a moment after it.
WAIT_S = 5.0
_LOOK_S = 0.05

#: A lock that belongs to the open file, as ``flock`` has it, and conflicts with those of Java's
#: ``FileChannel``, as ``flock`` does not on Linux.  Elsewhere both are of one kind.
_OPEN_FILE = getattr(fcntl, "F_OFD_SETLK", None)
_WHOLE = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)


class SpoolLock:
    """Holds ``folder`` from its making until :meth:`release` or the end of the process.

    Raises :class:`SpoolError` where another process, or another reader in this one, has it.
    """

    def __init__(self, folder: Path, wait_s: float = WAIT_S) -> None:
        self._file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + wait_s
        while True:
            try:
                _lock(self._file)
                break
            except OSError:
                if time.monotonic() >= deadline:
                    holder = os.pread(self._file, 200, 0).decode("utf-8", "replace").strip()
                    os.close(self._file)
                    raise SpoolError(
                        f"the spool {folder} is being read by {holder or 'another process'}: stop "
                        "that query, or give this one a directory of its own"
                    ) from None
            time.sleep(_LOOK_S)
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)

    def release(self) -> None:
        """Let the next one in.  Idempotent."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1


def _lock(descriptor: int) -> None:
    """Take the lock; raises ``OSError`` where another has it."""
    if _OPEN_FILE is None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        fcntl.fcntl(descriptor, _OPEN_FILE, _WHOLE)
