"""One measuring run at a time: two would measure each other."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.errors import EnvironmentProblem
from bench.process.cache import cache_dir
from bench.redaction import redact

_POLL_S = 0.2


@dataclass(frozen=True)
class Holder:
    """Who holds the lock: process id, command line and since when (Unix seconds)."""

    pid: int
    command: str
    since: float

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})"


def lock_path() -> Path:
    """The file whose lock is the measuring lock; it stays, only the lock on it comes and goes."""
    return cache_dir() / "measuring.lock"


def holder(path: Path | None = None) -> Holder | None:
    """Who holds the lock now, or ``None`` when nobody does.

    The answer comes from trying the lock, so a file left by a killed run does not count.
    """
    path = path or lock_path()
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return None
    try:
        if _try(descriptor):
            return None
        return _read(path) or Holder(0, "unknown", 0.0)
    finally:
        os.close(descriptor)


@contextmanager
def measuring_lock(
    *,
    wait_s: float | None = None,
    on_wait: Callable[[Holder | None], None] | None = None,
    path: Path | None = None,
) -> Iterator[None]:
    """Hold the lock of this user's machine while measuring.

    ``wait_s`` is how long to wait for another run to end: 0 refuses at once, ``None`` waits for
    ever; ``on_wait`` is told once whom.  The lock is the kernel's (flock) and ends with the
    process, however that ends.

    Raises :class:`EnvironmentProblem` when the other run did not end in time, and at once when
    this process itself holds the lock.
    """
    path = path or lock_path()
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise EnvironmentProblem(
            f"{path}: cannot open the lock file ({error.strerror}); make the folder writable "
            "or set SPARKBENCH_CACHE to one that is."
        ) from error
    try:
        _acquire(descriptor, path, wait_s, on_wait)
        me = Holder(os.getpid(), redact(shlex.join(sys.argv))[:200], time.time())
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(asdict(me)).encode(), 0)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def _acquire(
    descriptor: int,
    path: Path,
    wait_s: float | None,
    on_wait: Callable[[Holder | None], None] | None,
) -> None:
    deadline = None if wait_s is None else time.monotonic() + wait_s
    told = False
    while not _try(descriptor):
        other = _read(path)
        if other is not None and other.pid == os.getpid():
            raise EnvironmentProblem("This process is measuring already; let that run end first.")
        if deadline is not None and time.monotonic() >= deadline:
            who = str(other) if other else "another process"
            raise EnvironmentProblem(
                f"Another run is measuring on this machine: {who}; wait for it to end, or end it."
            )
        if on_wait is not None and not told:
            told = True
            on_wait(other)
        time.sleep(_POLL_S)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(path: Path) -> Holder | None:
    """What the holder wrote; ``None`` while it has not yet written, or for a damaged file."""
    try:
        data = json.loads(path.read_text())
        return Holder(int(data["pid"]), str(data["command"]), float(data["since"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None
