"""Random words by position: word i of a lane is a pure function of (seed, lane, i). Pure.

The generator is Philox4x64-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
SC 2011) with key (seed, purpose·2³² + stream); word i is output word i mod 4 of counter
1 + floor(i / 4), which is what ``numpy.random.Philox(key=…, counter=…).random_raw()`` gives. numpy
keeps the raw words of its bit generators fixed (NEP 19); its distributions it does not, so the
conversions are here.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Purpose(IntEnum):
    """What a lane of words is for; the numbers are part of the meaning of a seed."""

    ARRIVALS = 1
    SIZES = 2
    KEYS = 3
    FILLER = 4
    VALUES = 5
    LATE = 6
    LATENESS = 7
    MALFORMED = 8
    CHOICES = 9
    HOSTS = 10
    WORDS = 11


def words(seed: int, purpose: Purpose, stream: int, first: int, count: int) -> NDArray[np.uint64]:
    """Words [first, first + count) of a lane, shape (count,)."""
    key = np.array([seed, (int(purpose) << 32) | stream], dtype=np.uint64)
    skip = first % 4
    generator = np.random.Philox(key=key, counter=first // 4)
    raw: NDArray[np.uint64] = generator.random_raw(count + skip)
    return raw[skip:]


def uniform(raw: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Floats in [0, 1): the upper 53 bits times 2⁻⁵³."""
    fractions: NDArray[np.float64] = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return fractions


def exponential(raw: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Exponential values of mean 1 by inverse transform: −log(1 − u), finite since u < 1."""
    values: NDArray[np.float64] = -np.log1p(-uniform(raw))
    return values


def below(raw: NDArray[np.uint64], limit: int) -> NDArray[np.int64]:
    """Integers in [0, limit) for limit ≤ 2³¹: (upper 32 bits · limit) / 2³², in exact integers."""
    scaled = (raw >> np.uint64(32)) * np.uint64(limit)
    return (scaled >> np.uint64(32)).astype(np.int64)
