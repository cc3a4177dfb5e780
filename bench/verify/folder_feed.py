"""Feeds one input into a watched directory, file by file; beside ``bench.verify.feed``."""

from __future__ import annotations

from pathlib import Path

from bench.contract.files import END, STAGING, file_name
from bench.verify.inputs import Input
from bench.verify.paced import PacedFeed


class FolderFeed(PacedFeed):
    """Writes the whole lines of each piece as a file, in a thread of its own.

    There is no connection.  Nothing is written before the first :meth:`allow`: a DStream takes no
    file that is older than itself.
    """

    def __init__(self, source: Input, base: Path, stream: int, *, pause_s: float) -> None:
        super().__init__(source, pause_s=pause_s)
        self._stream = stream
        self._folder = base / str(stream)
        self._staging = base / STAGING
        for folder in (self._folder, self._staging):
            folder.mkdir(parents=True, exist_ok=True)
        self._begin("folder feed")

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
        self._wait_for_leave()
        if self._ending.is_set():
            return False
        count = lines.count(b"\n")
        name = file_name(self._stream, self._sent, count)
        (self._staging / name).write_bytes(lines)
        (self._staging / name).rename(self._folder / name)
        self._sent += count
        return not self._ending.wait(self._pause_s)
