"""The ``ledger`` sink: which records became visible when, for trials with a fault."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from bench.contract import Options
from bench.contract.ledger import FILE_KEY, LedgerFile, number_of

from ..jvm import in_python
from .base import Counts, Sink, Totals, milliseconds


class Ledger(Sink):
    """One action a batch that brings every record's number to the driver; Python workers read it,
    on the jvm path too.

    The output function holds nothing but the file, so that a checkpoint can keep it.
    """

    def __init__(self) -> None:
        self._totals = Totals()

    def attach(self, context: Any, result: Any, options: Options) -> None:
        file = LedgerFile(options.conf[FILE_KEY])
        totals = self._totals
        if options.path == "jvm":
            result = in_python(context, result)

        def write(batch: Any, rdd: Any) -> None:
            parts = rdd.mapPartitions(read_numbers).collect()
            numbers = array("q")
            for data, _ in parts:
                numbers.frombytes(data)
            batch_ms = milliseconds(batch)
            file.add(batch_ms, time.time_ns() // 1000, numbers)
            totals[batch_ms] = (len(numbers), sum(size for _, size in parts))

        result.foreachRDD(write)

    def take(self, batch_ms: int) -> Counts | None:
        return self._totals.pop(batch_ms, None)


def read_numbers(lines: Iterable[str]) -> Iterator[tuple[bytes, int]]:
    """The numbers of a partition in the file's format, and the bytes of its lines."""
    numbers, size = array("q"), 0
    for line in lines:
        numbers.append(number_of(line))
        size += len(line)
    yield numbers.tobytes(), size
