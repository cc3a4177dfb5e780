"""Where each batch goes: ``console`` is what users write, ``drain`` evaluates every record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bench.contract import Options

Counts = tuple[int, int]


class Sink:
    """The output of one query, and what it counted of each batch."""

    def attach(self, session: Any, result: Any, options: Options) -> Any:
        """A ``DataStreamWriter`` for ``result``, ready to start."""
        raise NotImplementedError

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        """Records and bytes written in the batch; ``None`` where nothing counts them."""
        return None


class Console(Sink):
    """The console sink: a header with the batch's number and a table of its first rows.

    It collects every row of the batch to the driver, whatever number it shows.
    """

    def attach(self, session: Any, result: Any, options: Options) -> Any:
        # Lines are shown whole, as ``pprint`` does; Spark cuts them at 20 characters by default.
        writer = result.writeStream.format("console").option("truncate", "false")
        return writer if options.rows is None else writer.option("numRows", options.rows)


class Drain(Sink):
    """The noop sink under an observation that counts every record and its bytes."""

    OBSERVATION = "sparkbench_drain"

    def attach(self, session: Any, result: Any, options: Options) -> Any:
        from pyspark.sql import functions as F

        # Jobs with typed columns are measured by the bytes of their text.
        columns = result.columns
        text = "value" if columns == ["value"] else F.concat_ws(",", *columns)
        observed = result.observe(
            self.OBSERVATION,
            F.count(F.lit(1)).alias("records"),
            F.sum(F.octet_length(text)).alias("bytes"),
        )
        return observed.writeStream.format("noop")

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        counts = progress.get("observedMetrics", {}).get(self.OBSERVATION)
        if counts is None:
            return None
        return int(counts["records"]), int(counts["bytes"] or 0)


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
