"""Where each batch goes: ``console`` is what users write, ``drain`` evaluates every record."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Any

from bench.contract import Options
from bench.contract.files import for_spark, output_folder
from bench.contract.rows import text_of
from bench.contract.sqlite_file import FILE_NAME, SqliteFile

from .base import Counts, Sink, Totals, milliseconds


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
        self._totals = Totals()

    def attach(self, context: Any, result: Any, options: Options) -> None:
        if options.path == "jvm":
            from ..jvm import JavaDrain

            in_java = JavaDrain(context)
            in_java.attach(result)
            self.java_counts = in_java.counts
            return
        totals = self._totals

        # An output function must return None: any other value kills the job.
        def drain(time: Any, rdd: Any) -> None:
            parts = rdd.mapPartitions(count_rows).collect()
            totals[milliseconds(time)] = (
                sum(records for records, _ in parts),
                sum(size for _, size in parts),
            )

        result.foreachRDD(drain)

    def take(self, batch_ms: int) -> Counts | None:
        return self._totals.pop(batch_ms, None)


class Files(Sink):
    """Text files: a folder a batch."""

    def attach(self, context: Any, result: Any, options: Options) -> None:
        prefix = for_spark(os.path.join(output_folder(options), "batch"), options)
        if options.path == "jvm":
            from ..jvm import as_text

            as_text(context, result).dstream().saveAsTextFiles(prefix, "")
        else:
            result.map(text_of).saveAsTextFiles(prefix)


class Sqlite(Sink):
    """``foreachRDD`` into a database, each batch once by its time."""

    def __init__(self) -> None:
        self._totals = Totals()

    def attach(self, context: Any, result: Any, options: Options) -> None:
        file = SqliteFile(os.path.join(output_folder(options), FILE_NAME))
        totals = self._totals

        def write(time: Any, rdd: Any) -> None:
            batch_ms = milliseconds(time)
            totals[batch_ms] = file.write(batch_ms, [text_of(row) for row in rdd.collect()])

        result.foreachRDD(write)

    def take(self, batch_ms: int) -> Counts | None:
        return self._totals.pop(batch_ms, None)


def count_rows(rows: Iterable[Any]) -> Iterator[Counts]:
    """Rows of a partition and the summed length of their text as UTF-8, in bytes."""
    records = size = 0
    for row in rows:
        text = row if isinstance(row, str) else text_of(row)
        records += 1
        size += len(text) if text.isascii() else len(text.encode("utf-8"))
    yield records, size
