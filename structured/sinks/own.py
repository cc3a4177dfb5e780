"""Where each batch goes: ``console`` is what users write, ``drain`` evaluates every record."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from bench.contract import Options
from bench.contract.chunks import row_by_row
from bench.contract.files import for_spark, output_folder
from bench.contract.rows import SEPARATOR
from bench.contract.sqlite_file import FILE_NAME, SqliteFile

from .. import realtime
from ..modes import console_rows
from .base import Counts, Each, Sink


class Console(Sink):
    """The console sink: a header with the batch's number and a table of its first rows.

    It collects every row of the batch to the driver, whatever number it shows.
    """

    DEFAULT_ROWS = 20

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        if each is not None:
            return result.writeStream.foreachBatch(self._shower(options, each))
        # Lines are shown whole, as ``pprint`` does; Spark cuts them at 20 characters by default.
        writer = result.writeStream.format("console").option("truncate", "false")
        rows = console_rows(options)
        return writer if rows is None else writer.option("numRows", rows)

    def _shower(self, options: Options, each: Callable[[Any, int], Any]) -> Any:
        rows = self.DEFAULT_ROWS if options.rows is None else options.rows

        def show(frame: Any, batch_id: int) -> None:
            rule = "-" * 43
            print(f"{rule}\nBatch: {batch_id}\n{rule}", flush=True)
            collected(each(frame, batch_id)).show(rows, truncate=False)

        return show


def collected(frame: Any) -> Any:
    """The frame's rows, all of them brought to the driver, as Spark's own console sink does.

    To show a few reads a few partitions, and from 4.1 on Spark ends a stateful query whose batch
    left a partition of its state unread.
    """
    from pyspark.sql import DataFrame

    session = frame.sparkSession
    rows = frame._jdf.collectAsList()
    return DataFrame(session._jsparkSession.createDataFrame(rows, frame._jdf.schema()), session)


class Drain(Sink):
    """The noop sink under an observation that counts every record and its bytes."""

    OBSERVATION = "sparkbench_drain"

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}
        self._java: Any = None

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        in_java = getattr(each, "java_drain", None)
        if in_java is not None:
            self._java = in_java()
            writer = result.writeStream
            writer._jwrite.foreachBatch(self._java)
            return writer
        if each is not None:
            return result.writeStream.foreachBatch(self._drainer(each))
        if row_by_row(options.mode, options.sink):
            return realtime.row_writer(session, self.observed(result, options))
        return self.observed(result, options).writeStream.format("noop")

    @classmethod
    def observed(cls, result: Any, options: Options) -> Any:
        """``result`` under the observation, which continuous mode does not admit."""
        if options.mode == "continuous":
            return result
        return result.observe(cls.OBSERVATION, *size_columns(result))

    @classmethod
    def counted(cls, progress: Mapping[str, Any]) -> Counts | None:
        """What the observation says of a batch; ``None`` without one."""
        counts = progress.get("observedMetrics", {}).get(cls.OBSERVATION)
        return None if counts is None else (int(counts["records"]), int(counts["bytes"] or 0))

    def _drainer(self, each: Callable[[Any, int], Any]) -> Any:
        totals = self._totals

        def drain(frame: Any, batch_id: int) -> None:
            made = each(frame, batch_id)
            records, size = made.agg(*size_columns(made)).collect()[0]
            totals[batch_id] = (int(records), int(size or 0))

        return drain

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        counts = self.counted(progress)
        if self._java is not None:
            text = self._java.take(str(progress["batchId"]))
            return None if text is None else as_counts(str(text))
        return self._totals.pop(int(progress["batchId"]), None) if counts is None else counts


class Files(Sink):
    """Text files: the file sink, or a folder a batch where rows can change."""

    append_only = True

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        folder = for_spark(output_folder(options), options)
        if each is None:
            return as_text(result).writeStream.format("text").option("path", folder)

        def write(frame: Any, batch_id: int) -> None:
            # A batch that comes again after a restart takes the place of its first go.
            path = os.path.join(folder, f"batch-{batch_id}")
            as_text(each(frame, batch_id)).write.mode("overwrite").text(path)

        return result.writeStream.foreachBatch(write)


class Sqlite(Sink):
    """``foreachBatch`` into a database, each batch once by its id."""

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        file = SqliteFile(os.path.join(output_folder(options), FILE_NAME))
        totals = self._totals

        def write(frame: Any, batch_id: int) -> None:
            made = frame if each is None else each(frame, batch_id)
            totals[batch_id] = file.write(batch_id, [row[0] for row in as_text(made).collect()])

        return result.writeStream.foreachBatch(write)

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        return self._totals.pop(int(progress["batchId"]), None)


def as_text(frame: Any) -> Any:
    """A frame of one column of text, ``value``: columns joined by commas."""
    return frame if frame.columns == ["value"] else frame.select(text_column(frame).alias("value"))


def text_column(frame: Any) -> Any:
    """A row as text; jobs with typed columns are measured by it."""
    from pyspark.sql import functions as F

    if frame.columns == ["value"]:
        return F.col("value")
    columns = [F.col(f"`{name}`").cast("string") for name in frame.columns]
    return F.concat_ws(SEPARATOR, *columns)


def size_columns(frame: Any) -> list[Any]:
    """Aggregates that evaluate every row: ``records`` and ``bytes``."""
    from pyspark.sql import functions as F

    size = F.sum(F.octet_length(text_column(frame)))
    return [F.count(F.lit(1)).alias("records"), size.alias("bytes")]


def as_counts(text: str) -> Counts:
    """Counts as Java writes them."""
    records, size = text.split()
    return int(records), int(size)
