"""The ``capture`` sink: what was written, row by row or as a digest, for ``sparkbench verify``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.contract import Options
from bench.contract.capture import CaptureFile
from bench.contract.digest import Digest, from_words

from .sinks import Counts, Each, Sink


class Capture(Sink):
    """One action a batch that brings every row, or a digest made in the workers, to the driver."""

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        charset = str(session._jvm.java.nio.charset.Charset.defaultCharset().name())
        file = CaptureFile(options.conf, charset)
        totals = self._totals

        def write(frame: Any, batch_id: int) -> None:
            made = frame if each is None else each(frame, batch_id)
            if file.whole:
                plain = made.columns == ["value"]
                rows = [row[0] if plain else list(row) for row in made.collect()]
                totals[batch_id] = file.rows(batch_id, rows)
            else:
                totals[batch_id] = file.digest(batch_id, digest_rows(made))

        return result.writeStream.foreachBatch(write)

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        return self._totals.pop(int(progress["batchId"]), None)


def digest_rows(frame: Any) -> Digest:
    """The digest of a batch with one column of text, made by the executors."""
    from pyspark.sql import functions as F

    hashed = frame.select(F.octet_length("value").alias("size"), F.sha2("value", 256).alias("hash"))
    words = [F.conv(F.substring("hash", 1 + 8 * i, 8), 16, 10).cast("bigint") for i in range(4)]
    sums = hashed.agg(F.count(F.lit(1)), F.sum("size"), *(F.sum(word) for word in words))
    records, size, *totals = (value or 0 for value in sums.collect()[0])
    return from_words(records, size, totals)
