"""The file at the end of the spool: written by one thread, forced to disk by another as well."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path
from typing import Union

from .identity import sync_folder
from .segments import Mark, open_segment, segment_name

Lines = Union[bytes, memoryview]

#: Force a file's content to disk, with no more of its metadata than reading it back takes.
force = getattr(os, "fdatasync", os.fsync)


class SegmentWriter:
    """Holds no file open until :meth:`open`.  Every method raises ``OSError``."""

    def __init__(self, folder: Path, durability: str) -> None:
        self._folder = folder
        self._durability = durability
        self._descriptor = -1
        self._changing = threading.Lock()

    @property
    def is_open(self) -> bool:
        """Whether there is a file to write to."""
        return self._descriptor >= 0

    def open(self, start: Mark) -> None:
        """Go on in the file that begins at ``start``, made where it does not exist."""
        if self.is_open and self._durability != "none":
            force(self._descriptor)
        # Not O_EXCL: an empty file of this name may be left of a start that failed.
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self._folder / segment_name(start), flags, 0o644)
        if self._durability != "none":
            sync_folder(self._folder)
        with self._changing:
            if self.is_open:
                os.close(self._descriptor)
            self._descriptor = descriptor

    def write(self, lines: Lines, offset: int) -> None:
        """Write at ``offset``; where that fails the file ends there."""
        written, view = 0, memoryview(lines)
        try:
            while written < len(view):
                written += os.pwrite(self._descriptor, view[written:], offset + written)
            if self._durability == "always":
                force(self._descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, offset)
            raise

    def sync(self) -> None:
        """Force what was written to disk, in any thread.

        Of the files before, :meth:`open` has done so.
        """
        with self._changing:
            if not self.is_open:
                return
            descriptor = os.dup(self._descriptor)
        try:
            force(descriptor)
        finally:
            os.close(descriptor)

    def close(self) -> None:
        """Let the file go."""
        with self._changing:
            if self.is_open:
                os.close(self._descriptor)
            self._descriptor = -1


def force_file(folder: Path, name: str) -> None:
    """Force a file to disk that a process before this one has written."""
    with open_segment(folder, name) as descriptor:
        force(descriptor)
