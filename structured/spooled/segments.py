"""The files of a spool: whole lines, one file after another, each named by what came before it.

``<bytes before>-<records before>.lines``, both with leading zeros: the list of files alone tells
where each byte of the stream is, and only the last file must be looked into after a crash.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from .errors import SpoolError

LF = b"\n"

#: Read at a time where a file is searched.
SCAN_BYTES = 1 << 20

_NAME = re.compile(r"(\d{20})-(\d{20})\.lines")


class Mark(NamedTuple):
    """A place between two lines of the stream: the bytes and the records before it."""

    position: int
    records: int


@dataclass(frozen=True)
class Segment:
    """One file: where in the stream it begins, and how many bytes it holds."""

    start: Mark
    size: int

    @property
    def name(self) -> str:
        """The file's name."""
        return segment_name(self.start)

    @property
    def end(self) -> int:
        """The position after its last byte."""
        return self.start.position + self.size


def segment_name(start: Mark) -> str:
    """The name of the file that begins at ``start``."""
    return f"{start.position:020d}-{start.records:020d}.lines"


def list_segments(folder: Path) -> list[Segment]:
    """The files of a spool in order; raises :class:`SpoolError` where one is not whole."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            match = _NAME.fullmatch(entry.name)
            if match is not None:
                start = Mark(int(match.group(1)), int(match.group(2)))
                found.append(Segment(start, entry.stat().st_size))
    found.sort(key=lambda segment: segment.start)
    for segment, following in zip(found, found[1:]):
        if segment.end != following.start.position:
            difference = following.start.position - segment.end
            what = f"lacks {difference} bytes" if difference > 0 else f"has {-difference} too many"
            raise SpoolError(
                f"the spool file {folder / segment.name} {what}: it was cut or changed by "
                "something else, so what it held cannot be delivered"
            )
    return found


def read_piece(folder: Path, segment: Segment, start: int, end: int) -> Iterator[bytes]:
    """The bytes of one file between two positions of the stream, block by block.

    Raises :class:`SpoolError` where there are fewer.
    """
    with open_segment(folder, segment.name) as descriptor:
        while start < end:
            wanted = min(SCAN_BYTES, end - start)
            data = os.pread(descriptor, wanted, start - segment.start.position)
            if len(data) < wanted:
                raise short(folder, segment.name, wanted - len(data))
            yield data
            start += wanted


@contextlib.contextmanager
def open_segment(folder: Path, name: str) -> Iterator[int]:
    """A descriptor for reading one file; raises :class:`SpoolError` where it is not there."""
    try:
        descriptor = os.open(folder / name, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SpoolError(
            f"the spool file {folder / name} is gone: it was deleted before its lines were read"
        ) from None
    except OSError as problem:
        raise SpoolError(
            f"the spool file {folder / name} cannot be read ({problem.strerror})"
        ) from None
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def short(folder: Path, name: str, lacking: int) -> SpoolError:
    """The error for a file that ends too early."""
    return SpoolError(
        f"the spool file {folder / name} is short: {lacking} bytes that were received are not in "
        "it; after a crash of the machine this is what durability=none allows"
    )
