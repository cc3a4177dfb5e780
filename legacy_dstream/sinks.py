"""Where each batch goes: ``console`` is what users write, ``drain`` evaluates every record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench.contract import Options

Counts = tuple[int, int]


class Sink:
    """The output action of one stream, and what it counted of each batch."""

    def attach(self, context: Any, result: Any, options: Options) -> None:
        """Register the output action on ``result``."""
        raise NotImplementedError

    def take(self, batch_ms: int) -> Counts | None:
        """Records and bytes written in the batch, once; ``None`` where nothing counts them."""
        return None


class Console(Sink):
    """``pprint``: the first rows of the batch, under a header with the batch's time.

    It runs ``take(rows + 1)`` and may compute one partition only, so it is no measure of work.
    """

    DEFAULT_ROWS = 10

    def attach(self, context: Any, result: Any, options: Options) -> None:
        rows = self.DEFAULT_ROWS if options.rows is None else options.rows
        if options.path == "jvm":
            result.print(rows)
        else:
            result.pprint(rows)


class Drain(Sink):
    """One action a batch that counts every record and its bytes."""

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}
        self._java: Any | None = None

    def attach(self, context: Any, result: Any, options: Options) -> None:
        if options.path == "jvm":
            from .jvm import JavaDrain

            self._java = JavaDrain(context)
            self._java.attach(result)
            return
        totals = self._totals

        # An output function must return None: any other value kills the job.
        def drain(time: Any, rdd: Any) -> None:
            parts = rdd.mapPartitions(count_lines).collect()
            # pyspark hands the batch's time over as a local datetime made from milliseconds.
            totals[round(time.timestamp() * 1000)] = (
                sum(records for records, _ in parts),
                sum(size for _, size in parts),
            )

        result.foreachRDD(drain)

    def take(self, batch_ms: int) -> Counts | None:
        if self._java is not None:
            counts: Counts | None = self._java.take(batch_ms)
            return counts
        return self._totals.pop(batch_ms, None)


def count_lines(lines: Iterable[str]) -> Iterator[Counts]:
    """Records of a partition and their summed length as UTF-8, in bytes."""
    records = size = 0
    for line in lines:
        records += 1
        size += len(line) if line.isascii() else len(line.encode("utf-8"))
    yield records, size


def truth() -> Sink:
    """The sink of the accuracy proof; its module is of no use to anyone else."""
    from .truth import Truth

    return Truth()


def capture() -> Sink:
    """The sink of ``sparkbench verify``."""
    from .capture import Capture

    return Capture()


SINKS: dict[str, Callable[[], Sink]] = {
    "capture": capture,
    "console": Console,
    "drain": Drain,
    "truth": truth,
}
