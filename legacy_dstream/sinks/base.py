"""What every sink is: the output of one stream, and what it counted of each batch."""

from __future__ import annotations

from typing import Any

from bench.contract import Options

Counts = tuple[int, int]


class Totals(dict[int, Counts]):
    """What an output function counted of each batch, by the batch's time in milliseconds.

    A checkpoint pickles output functions and all they refer to: this as an empty one.
    """

    def __reduce__(self) -> tuple[type[Totals], tuple[()]]:
        return Totals, ()


class Sink:
    """The output action of one stream, and what it counted of each batch.

    ``java_counts``: where the JVM itself counts, see :attr:`legacy_dstream.jvm.JavaDrain.counts`;
    ``counts_records`` is false where what is counted there is not what was read.
    """

    java_counts: Any = None
    counts_records = True

    def attach(self, context: Any, result: Any, options: Options) -> None:
        """Register the output action on ``result``."""
        raise NotImplementedError

    def take(self, batch_ms: int) -> Counts | None:
        """Records and bytes written in the batch, once; ``None`` where nothing counts them."""
        return None


def milliseconds(time: Any) -> int:
    """A batch's time; pyspark hands it over as a local datetime made from milliseconds."""
    at_s: float = time.timestamp()
    return round(at_s * 1000)
