"""When each record is meant to be sent: a pure function of a few parameters and a seed.

A load of rate r over N streams gives record i of stream s the mass y, in base seconds (see
`bench.load.timing.curves`), and the offset F⁻¹(y):

- evenly spaced: y = (i·N + s) / r, so the streams interleave and their union is evenly spaced;
- Poisson: y = S_i·N / r, with S_i the i-th point of a unit-rate Poisson process of the stream's own
  random words (sums of exponential gaps). A unit Poisson process through F⁻¹ is exactly the Poisson
  process of that rate function (Çinlar, *Introduction to Stochastic Processes*, 1975, ch. 4.7).

Everything but the plain constant schedule is computed in blocks of `BLOCK` records counted from 0,
whichever way it is asked, so random access and a walk from the start give the same bits.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.load.checks import check_rate, check_seed, check_stream
from bench.load.timing.arrivals import Arrivals, parse_arrivals
from bench.load.timing.bits import Purpose, exponential, words
from bench.load.timing.curves import Floats, curve_of
from bench.load.timing.shapes import Constant

BLOCK = 4096
_KEPT_BLOCKS = 4


class Schedule:
    """Intended offsets, in seconds from t0, of the records of one stream.

    `rate_per_s` is the base rate of all streams together; the shape of `arrivals` multiplies it.
    Raises ValueError for a rate, seed or stream out of bounds (`bench.load.checks`). Not for use
    from several threads at a time, since it keeps the latest blocks.
    """

    def __init__(
        self, arrivals: Arrivals, rate_per_s: float, seed: int, stream: int = 0, streams: int = 1
    ) -> None:
        check_stream(stream, streams)
        self.arrivals = arrivals
        self.rate_per_s = check_rate(rate_per_s)
        self.seed = check_seed(seed)
        self.stream = stream
        self.streams = streams
        self._even = isinstance(arrivals.shape, Constant) and not arrivals.poisson
        self._curve = curve_of(arrivals.shape)
        self._block_sums = [0.0]  # Poisson: S at the start of each block, as far as needed so far
        self._blocks: dict[int, Floats] = {}
        self._recent = 0

    def times(self, first: int, count: int) -> Floats:
        """Offsets of records [first, first + count), shape (count,), non-decreasing, ≥ 0.

        A Poisson schedule sums its gaps from record 0, once: the first access at a high index costs
        about 15 ns for each record before it.
        """
        if self._even:
            index = np.arange(first, first + count, dtype=np.float64)
            return (index * self.streams + self.stream) / self.rate_per_s
        parts: list[Floats] = []
        while count > 0:
            number, skip = divmod(first, BLOCK)
            part = self._block(number)[skip : skip + count]
            parts.append(part)
            first += len(part)
            count -= len(part)
        return np.concatenate(parts) if parts else np.empty(0)

    def time(self, index: int) -> float:
        """The offset of one record; the same number as in `times`."""
        if self._even:
            return (index * self.streams + self.stream) / self.rate_per_s
        return float(self._block(index // BLOCK)[index % BLOCK])

    def count_before(self, t_s: float) -> int:
        """How many records have an offset below `t_s`: exactly those of `times`."""
        if not t_s > 0:
            return 0
        if self._even:
            # As in `time`, written out: the sender asks this at every tick.
            rate, streams, stream = self.rate_per_s, self.streams, self.stream
            count = max(math.ceil((t_s * rate - stream) / streams), 0)
            while count > 0 and ((count - 1) * streams + stream) / rate >= t_s:
                count -= 1
            while (count * streams + stream) / rate < t_s:
                count += 1
            return count
        number = self._recent
        block = self._block(number)
        if not (block[0] < t_s <= block[-1]):
            number = self._near(t_s)
            while number > 0 and self._block(number)[0] >= t_s:
                number -= 1
            while self._block(number)[-1] < t_s:
                number += 1
            block = self._block(number)
        self._recent = number
        return number * BLOCK + int(block.searchsorted(t_s))

    def expected_before(self, t_s: float) -> float:
        """The mean number of records of this stream before `t_s`: r·F(t) / N."""
        mass = float(self._curve.cumulative(np.array([max(t_s, 0.0)]))[0])
        return mass * self.rate_per_s / self.streams

    def to_dict(self) -> dict[str, Any]:
        """All that is needed to make it again, as JSON values."""
        return {
            "arrivals": str(self.arrivals),
            "rate_per_s": self.rate_per_s,
            "seed": self.seed,
            "stream": self.stream,
            "streams": self.streams,
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Schedule:
        """The schedule of `to_dict`; ValueError or KeyError when the dictionary is not one."""
        return cls(
            parse_arrivals(data["arrivals"]),
            float(data["rate_per_s"]),
            int(data["seed"]),
            int(data["stream"]),
            int(data["streams"]),
        )

    def _near(self, t_s: float) -> int:
        """A block close to the one of `t_s`; exact enough to make the search after it short."""
        records = self.expected_before(t_s)
        if not self.arrivals.poisson:
            return int(records) // BLOCK
        while self._block_sums[-1] < records:
            self._extend_sums()
        return max(int(np.searchsorted(self._block_sums, records)) - 1, 0)

    def _block(self, number: int) -> Floats:
        block = self._blocks.get(number)
        if block is None:
            block = self._curve.inverse(self._masses(number))
            block.flags.writeable = False
            while len(self._blocks) >= _KEPT_BLOCKS:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[number] = block
        return block

    def _masses(self, number: int) -> Floats:
        if self.arrivals.poisson:
            while len(self._block_sums) <= number:
                self._extend_sums()
            points = self._block_sums[number] + np.cumsum(self._gaps(number))
            return points * (self.streams / self.rate_per_s)
        index = np.arange(number * BLOCK, (number + 1) * BLOCK, dtype=np.float64)
        return (index * self.streams + self.stream) / self.rate_per_s

    def _extend_sums(self) -> None:
        number = len(self._block_sums) - 1
        self._block_sums.append(self._block_sums[-1] + float(np.cumsum(self._gaps(number))[-1]))

    def _gaps(self, number: int) -> NDArray[np.float64]:
        raw = words(self.seed, Purpose.ARRIVALS, self.stream, number * BLOCK, BLOCK)
        return exponential(raw)
