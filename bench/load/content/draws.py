"""What is drawn for each line: keys, event times and the rest, each from its own lane. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bench.load.content.digits import Integers
from bench.load.content.kinds import EVENT_EPOCH_MS, LineKind
from bench.load.timing.bits import Purpose, below, uniform, words


class Ranks:
    """Ranks in [0, `count`) drawn with probability proportional to (rank + 1)^−`skew`."""

    def __init__(self, count: int, skew: float, purpose: Purpose = Purpose.KEYS) -> None:
        self._count = count
        self._skew = skew
        self._purpose = purpose
        self._zipf: NDArray[np.float64] | None = None

    def draw(self, seed: int, stream: int, first: int, count: int) -> Integers:
        """Ranks [first, first + count) of the lane, shape (count,)."""
        raw = words(seed, self._purpose, stream, first, count)
        if self._skew == 0:
            return below(raw, self._count)
        if self._zipf is None:
            ranks = np.arange(1, self._count + 1, dtype=np.float64)
            heaps = np.cumsum(ranks**-self._skew)
            self._zipf = heaps / heaps[-1]
        drawn: Integers = np.asarray(np.searchsorted(self._zipf, uniform(raw), side="right"))
        return drawn


class Draws:
    """The random part of the lines of one stream."""

    def __init__(self, seed: int, stream: int) -> None:
        self._seed = seed
        self._stream = stream

    def raw(self, purpose: Purpose, first: int, count: int) -> NDArray[np.uint64]:
        """Words [first, first + count) of a lane."""
        return words(self._seed, purpose, self._stream, first, count)

    def numbers(self, purpose: Purpose, limit: int, first: int, count: int) -> Integers:
        """Uniform integers in [0, limit)."""
        return below(self.raw(purpose, first, count), limit)

    def ranks(self, ranks: Ranks, first: int, count: int) -> Integers:
        """Draws of `ranks`."""
        return ranks.draw(self._seed, self._stream, first, count)

    def cents(self, first: int, count: int) -> Integers:
        """Amounts of which a share of 100 / x is at least x, from 100 to 9,999,999."""
        amounts = 100.0 / (1.0 - uniform(self.raw(Purpose.VALUES, first, count)))
        return np.minimum(amounts, 9_999_999.0).astype(np.int64)

    def event_ms(self, kind: LineKind, offsets_s: NDArray[np.float64], first: int) -> Integers:
        """Event times of the records from `first` on, intended at `offsets_s`."""
        times: Integers = EVENT_EPOCH_MS + np.floor(offsets_s * 1000).astype(np.int64)
        if kind.late:
            count = len(offsets_s)
            late = uniform(self.raw(Purpose.LATE, first, count)) < kind.late
            most = round(kind.late_s * 1000)
            by = 1 + self.numbers(Purpose.LATENESS, most, first, count)
            times -= np.where(late, by, 0)
        return times

    def faults(self, kind: LineKind, ways: int, first: int, count: int) -> Integers:
        """In which of `ways` each line is malformed, −1 where it is not; shape (count,)."""
        raw = self.raw(Purpose.MALFORMED, first, count)
        # The upper 53 bits say whether, the lower 11 how.
        which = (raw & np.uint64(0x7FF)).astype(np.int64) % ways
        return np.where(uniform(raw) < kind.malformed, which, -1)
