"""Feeds one input into a watched directory, file by file; beside ``bench.verify.feed``."""

from __future__ import annotations

import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.contract.files import END, STAGING, file_name
from bench.verify.inputs import Input


class FolderFeed:
    """Writes the whole lines of each piece as a file, in a thread of its own.

    The interface of ``Feed``; there is no connection.  Nothing is written before the first
    :meth:`allow`: a DStream takes no file that is older than itself.
    """

    port = 0
    connected = True

    def __init__(self, source: Input, base: Path, stream: int, *, pause_s: float) -> None:
        self._source = source
        self._stream = stream
        self._folder = base / str(stream)
        self._staging = base / STAGING
        self._pause_s = pause_s
        self._sent = self._allowed = 0
        self._changed = threading.Condition()
        self._ending = threading.Event()
        self.problem: str | None = None
        for folder in (self._folder, self._staging):
            folder.mkdir(parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._run, name="folder feed", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether all was written, or there was a ``problem``."""
        return not self._thread.is_alive()

    def allow(self, lines: int) -> None:
        """Let files pass until so many lines, and the rest of a file, were written in all."""
        with self._changed:
            if lines > self._allowed:
                self._allowed = lines
                self._changed.notify_all()

    def close(self) -> None:
        """Write nothing more."""
        self._ending.set()
        with self._changed:
            self._changed.notify_all()
        self._thread.join(timeout=10.0)

    def _run(self) -> None:
        rest = b""
        try:
            for piece in self._source.pieces():
                whole, newline, rest = (rest + piece).rpartition(b"\n")
                if newline and not self._put(whole + newline):
                    return
            (self._folder / END).touch()
        except OSError as problem:
            self.problem = f"{self._folder} cannot be written ({problem.strerror or problem})"

    def _put(self, lines: bytes) -> bool:
        """Write a file when it may be; False when there is no more to be written."""
        with self._changed:
            self._changed.wait_for(self._may_write)
        if self._ending.is_set():
            return False
        count = lines.count(b"\n")
        name = file_name(self._stream, self._sent, count)
        (self._staging / name).write_bytes(lines)
        (self._staging / name).rename(self._folder / name)
        self._sent += count
        return not self._ending.wait(self._pause_s)

    def _may_write(self) -> bool:
        return self._sent < self._allowed or self._ending.is_set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
