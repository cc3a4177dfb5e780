"""The chunks of a batch whose records became visible one by one, as results store them.

Chunks are rows of four integers: stream, first record, records, and the Unix time in microseconds
at which the last of them became visible.  Stored is text: the four columns, each as differences
from one row to the next, little-endian, compressed and in base64.  A minute of 1,000 records/s
takes some 150 KB.
"""

from __future__ import annotations

import base64
import zlib
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bench.contract.chunks import COLUMNS

#: ``(n, 4)``: stream, first record, records, Unix time in microseconds.
Chunks = NDArray[np.int64]

STREAM, FIRST, RECORDS, AT = range(COLUMNS)

#: Batches whose chunks are kept unpacked.
KEPT = 64

NONE: Chunks = np.empty((0, COLUMNS), dtype=np.int64)


def encode(chunks: Chunks) -> str:
    """Chunks as text; empty for none."""
    if not len(chunks):
        return ""
    changes = np.diff(chunks, axis=0, prepend=0).T.astype("<i8")
    return base64.b64encode(zlib.compress(changes.tobytes())).decode("ascii")


@lru_cache(maxsize=KEPT)
def decode(text: str) -> Chunks:
    """The inverse of :func:`encode`; raises ``ValueError`` for what is none of its texts."""
    if not text:
        return NONE
    try:
        changes = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), "<i8")
        chunks: Chunks = np.cumsum(changes.reshape(COLUMNS, -1).T.astype(np.int64), axis=0)
    except (ValueError, zlib.error) as problem:
        raise ValueError(f"the chunks of a batch cannot be read: {problem}") from None
    chunks.setflags(write=False)
    return chunks
