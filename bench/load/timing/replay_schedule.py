"""The schedule of a file replayed at the pace of its own timestamps, scaled, round and round. Pure.

The line with offset x from the first line is due x / speed seconds after t0, and the passes follow
each other after the mean gap between lines. Of N streams, stream s has lines s, s + N, s + 2N, ….
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.load.checks import check_stream
from bench.load.errors import ReplayError
from bench.load.timing.curves import Floats


class ReplaySchedule:
    """Intended offsets, in seconds from t0; the same interface as `Schedule`.

    `offsets_s` are the whole file's, from `timestamps.leading_times`; `speed` 2 is twice
    as fast. `sha256` is the file's, kept so that another file is noticed. Raises ReplayError when
    the times do not spread over any time, ValueError for a wrong speed or stream.
    """

    def __init__(
        self,
        offsets_s: NDArray[np.float64],
        speed: float = 1.0,
        stream: int = 0,
        streams: int = 1,
        sha256: str = "",
    ) -> None:
        if not 0 < speed < math.inf:
            raise ValueError(f"replay speed is {speed!r}: give a number above 0, such as 2")
        check_stream(stream, streams)
        lines = len(offsets_s)
        span_s = float(offsets_s[-1]) if lines else 0.0
        if span_s <= 0 or lines < streams:
            raise ReplayError(
                "replay at the file's own pace needs two different timestamps and a line for each "
                "stream: replay at a rate instead"
            )
        self.speed = float(speed)
        self.stream = stream
        self.streams = streams
        self.sha256 = sha256
        self.period_s = span_s * lines / (lines - 1)
        self.rate_per_s = lines / self.period_s * self.speed
        self._own = offsets_s[stream::streams].astype(np.float64)

    def times(self, first: int, count: int) -> Floats:
        """Offsets of records [first, first + count), shape (count,), non-decreasing, ≥ 0."""
        cycle, line = np.divmod(np.arange(first, first + count), len(self._own))
        times: Floats = (cycle * self.period_s + self._own[line]) / self.speed
        return times

    def time(self, index: int) -> float:
        """The offset of one record; the same number as in `times`."""
        cycle, line = divmod(index, len(self._own))
        return (cycle * self.period_s + float(self._own[line])) / self.speed

    def count_before(self, t_s: float) -> int:
        """How many records have an offset below `t_s`: exactly those of `times`."""
        if not t_s > 0:
            return 0
        cycle = int(t_s * self.speed // self.period_s)
        line = int(self._own.searchsorted(t_s * self.speed - cycle * self.period_s))
        count = cycle * len(self._own) + line
        while count > 0 and self.time(count - 1) >= t_s:
            count -= 1
        while self.time(count) < t_s:
            count += 1
        return count

    def expected_before(self, t_s: float) -> float:
        """The number of records before `t_s`: a replay leaves nothing to chance."""
        return float(self.count_before(t_s))

    def to_dict(self) -> dict[str, Any]:
        """All that is needed, with the file, to make it again, as JSON values."""
        return {
            "speed": self.speed,
            "stream": self.stream,
            "streams": self.streams,
            "sha256": self.sha256,
        }

    @classmethod
    def from_dict(
        cls, data: dict[str, Any], offsets_s: NDArray[np.float64], sha256: str
    ) -> ReplaySchedule:
        """The schedule of `to_dict`; ReplayError when the file is not the one of then."""
        if data["sha256"] != sha256:
            raise ReplayError(
                "the replay file has changed since the run: its SHA-256 is another; restore it"
            )
        return cls(
            offsets_s, float(data["speed"]), int(data["stream"]), int(data["streams"]), sha256
        )
