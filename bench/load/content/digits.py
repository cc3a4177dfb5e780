"""Decimal digits of many numbers at once. Pure."""

from __future__ import annotations

import mmap

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
#: Lines in memory, or mapped from a file.
Buffer = bytes | memoryview | mmap.mmap

# Four digits at a time: a table look-up and one four-byte store replace four of each.
_FOUR = np.frombuffer(b"".join(b"%04d" % number for number in range(10_000)), dtype=np.uint32)
_BASE = np.uint64(10_000)


def write_digits(target: Bytes, column: int, digits: int, numbers: Integers) -> None:
    """Write each number's zero-padded digits into its row of `target`, from `column` on.

    `target` has shape (n, width) and is contiguous; numbers must be ≥ 0, shape (n,). Digits that do
    not fit are cut off on the left.
    """
    if not len(target):
        return
    rest = numbers.astype(np.uint64)
    end = column + digits
    while end - column >= 4:
        end -= 4
        higher = rest // _BASE
        # A view of four bytes of every row as one integer: numpy copies those unaligned.
        four: NDArray[np.uint32] = np.ndarray(
            (len(target),), np.uint32, target, offset=end, strides=(target.strides[0],)
        )
        four[:] = _FOUR[rest - higher * _BASE]
        rest = higher
    for position in range(end - 1, column - 1, -1):
        higher = rest // np.uint64(10)
        target[:, position] = (rest - higher * np.uint64(10)).astype(np.uint8) + ord("0")
        rest = higher
