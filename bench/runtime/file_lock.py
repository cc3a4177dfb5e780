"""What the folders of the cache share: a lock that ends with its process."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

_POLL_S = 0.2


@contextlib.contextmanager
def file_lock(path: Path, wait_s: float) -> Iterator[bool]:
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
