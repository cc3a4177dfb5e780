"""The shapes that measuring reads: what a batch and a schedule must offer, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: ``(stream, first record, records)``, counted from 0.
Range = tuple[int, int, int]


class BatchLike(Protocol):
    """One micro-batch: ``bench.contract.BatchRecord`` and ``bench.results.schema.Batch`` fit."""

    @property
    def batch_id(self) -> int: ...
    @property
    def ranges(self) -> Sequence[Range]: ...
    @property
    def planned_start(self) -> float: ...
    @property
    def started(self) -> float: ...
    @property
    def visible(self) -> float: ...
    @property
    def finished(self) -> float: ...
    @property
    def phases(self) -> Mapping[str, float]: ...
    @property
    def processed_records(self) -> int | None: ...
    @property
    def processed_bytes(self) -> int | None: ...
    @property
    def failure(self) -> str | None: ...
    @property
    def chunks(self) -> str: ...


class ScheduleLike(Protocol):
    """Intended send times of one stream, in seconds from the schedule's zero; never decreasing.

    ``times(first, count)`` are the offsets of records ``first`` to ``first + count - 1``;
    ``count_before(t_s)`` is how many records are intended strictly before ``t_s``.  Both go on
    without end: a schedule outlasts every window.
    """

    def times(self, first: int, count: int, /) -> Floats: ...

    def count_before(self, t_s: float, /) -> int: ...
