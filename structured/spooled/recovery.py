"""The state of a spool from its files alone, as its last holder left them, however it ended."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from .errors import SpoolError
from .identity import FILE, make_identity, read_identity
from .segments import LF, SCAN_BYTES, Mark, Segment, list_segments, open_segment, read_piece


@dataclass(frozen=True)
class Found:
    """A spool at rest: its identity, files and end, and the bytes of a torn write cut off there."""

    identity: str
    segments: list[Segment]
    end: Mark
    torn_bytes: int = 0


def recover(folder: Path) -> Found:
    """Look at ``folder``, whose lock is held; a new spool is made where there is none.

    A process that is killed in the middle of a write can leave part of it.  Its whole lines were
    received; the rest of the last one was not, and is cut off.  Raises :class:`SpoolError`.
    """
    identity = read_identity(folder)
    segments = list_segments(folder)
    if identity is None:
        if segments:
            raise SpoolError(
                f"{folder} holds lines of a spool but its {FILE} is missing: put it back, or use "
                "another directory"
            )
        return Found(make_identity(folder), [], Mark(0, 0))
    if not segments:
        return Found(identity, [], Mark(0, 0))
    last = segments[-1]
    kept = _last_line_end(folder, last)
    torn = last.size - kept
    if torn:
        os.truncate(folder / last.name, kept)
        last = segments[-1] = replace(last, size=kept)
    lines = sum(
        block.count(LF) for block in read_piece(folder, last, last.start.position, last.end)
    )
    return Found(identity, segments, Mark(last.end, last.start.records + lines), torn)


def _last_line_end(folder: Path, segment: Segment) -> int:
    """Bytes of a file up to the end of its last whole line."""
    with open_segment(folder, segment.name) as descriptor:
        end = segment.size
        while end > 0:
            start = max(0, end - SCAN_BYTES)
            found = os.pread(descriptor, end - start, start).rfind(LF)
            if found >= 0:
                return start + found + 1
            end = start
    return 0
