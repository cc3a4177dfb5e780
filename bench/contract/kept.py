"""Files that are made once and kept: whole or not at all, and by one process at a time."""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import tempfile
import time
from collections.abc import Iterator
from typing import Callable

#: Room for the files of a folder; those that were not used for longest go first.
MOST_BYTES = 64_000_000

_POLL_S = 0.2


def kept(place: str, make: Callable[[str], None], wait_s: float = math.inf) -> bool:
    """Make the file at ``place`` if there is none; whether there is one.

    ``make`` writes it to the path that it is given, in a folder of its own, and it is moved to its
    place when it is whole.  There is none where another process has been making one in the same
    folder for ``wait_s``.
    """
    if _used(place):
        return True
    folder, name = os.path.split(place)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    with file_lock(os.path.join(folder, "making.lock"), wait_s) as free:
        if free and not _used(place):
            with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as work:
                made = os.path.join(work, name)
                make(made)
                os.replace(made, place)
            _prune(place)
        return free or _used(place)


@contextlib.contextmanager
def file_lock(path: str, wait_s: float = math.inf) -> Iterator[bool]:
    """Hold the kernel's lock on a file, which ends with the process; False when out of time."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        deadline = time.monotonic() + wait_s
        while not (locked := _try(descriptor)) and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        yield locked
    finally:
        os.close(descriptor)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _used(place: str) -> bool:
    """Whether it is there; notes that it was wanted."""
    with contextlib.suppress(OSError):
        os.utime(place)
        return True
    return False


def _prune(place: str) -> None:
    """Let go of files of the kind that were not used for longest, as far as room is needed."""
    folder, kind = os.path.dirname(place), os.path.splitext(place)[1]
    with os.scandir(folder) as entries:
        found = [(entry.stat(), entry.path) for entry in entries if entry.name.endswith(kind)]
    total = 0
    for state, path in sorted(found, key=lambda one: -one[0].st_mtime):
        total += state.st_size
        if total > MOST_BYTES and path != place:
            with contextlib.suppress(OSError):
                os.unlink(path)
