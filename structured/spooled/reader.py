"""The reader that Spark asks for offsets, partitions and rows; needs PySpark 4.2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Optional

from pyspark.sql.datasource import DataSourceStreamReader, InputPartition
from pyspark.sql.streaming.datasource import (
    ReadAllAvailable,
    ReadLimit,
    ReadMaxBytes,
    ReadMaxRows,
    SupportsTriggerAvailableNow,
)

from .live import LiveSource
from .options import read_options
from .partitions import Piece


class SpoolPartition(InputPartition):
    """What one task reads."""

    def __init__(self, identity: str, pieces: tuple[Piece, ...]) -> None:
        super().__init__(None)
        self.identity = identity
        self.pieces = pieces


class SpooledSocketReader(DataSourceStreamReader, SupportsTriggerAvailableNow):
    """The reader of one query; making and copying it stores options and does nothing else."""

    def __init__(self, options: Mapping[str, str]) -> None:
        self._given = dict(options)
        self._live: Optional[LiveSource] = None

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self._given,)

    def initialOffset(self) -> dict[str, Any]:
        """See :meth:`LiveSource.initial`."""
        return self._open().initial()

    def getDefaultReadLimit(self) -> ReadLimit:
        """The limit that the options set."""
        options = read_options(self._given)
        if options.max_records_per_trigger:
            return ReadMaxRows(options.max_records_per_trigger)
        if options.max_bytes_per_trigger:
            return ReadMaxBytes(options.max_bytes_per_trigger)
        return ReadAllAvailable()

    def prepareForTriggerAvailableNow(self) -> None:
        """See :meth:`LiveSource.drain`."""
        self._open().drain()

    def latestOffset(self, start: dict[str, Any], limit: ReadLimit) -> dict[str, Any]:
        """See :meth:`LiveSource.latest`."""
        live = self._open()
        if isinstance(limit, ReadMaxRows):
            return dict(live.latest(start, max_records=limit.max_rows))
        if isinstance(limit, ReadMaxBytes):
            return dict(live.latest(start, max_bytes=limit.max_bytes))
        return dict(live.latest(start))

    def reportLatestOffset(self) -> Optional[dict[str, Any]]:
        """See :meth:`LiveSource.reported`; for the progress of the query."""
        return None if self._live is None else self._live.reported()

    def partitions(self, start: dict[str, Any], end: dict[str, Any]) -> Sequence[InputPartition]:
        """See :meth:`LiveSource.plan`."""
        live = self._open()
        return [SpoolPartition(live.spool.identity, pieces) for pieces in live.plan(start, end)]

    def read(self, partition: InputPartition) -> Iterator[Any]:
        """The record batches of one task; runs on the executors, in a copy of this reader."""
        from .batches import read_pieces

        assert isinstance(partition, SpoolPartition)
        options = read_options(self._given)
        folder, errors = Path(options.path), options.encoding_errors
        return read_pieces(folder, partition.identity, partition.pieces, errors)

    def commit(self, end: dict[str, Any]) -> None:
        """See :meth:`LiveSource.commit`."""
        self._open().commit(end)

    def stop(self) -> None:
        """Spark rarely calls it, and nothing rests on it."""
        live, self._live = self._live, None
        if live is not None:
            live.close()

    def _open(self) -> LiveSource:
        if self._live is None:
            self._live = LiveSource(read_options(self._given))
        return self._live
