"""What a stream that shows its records one by one notes of them while it runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from bench.contract import BatchRecord
from bench.contract.chunks import COLUMNS
from bench.measure.chunks import of_batch
from bench.results.chunks import NONE, Chunks, encode


class RowTimes:
    """Reads the file of ``bench.contract.chunks`` as it grows."""

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        self._read = 0
        self._parts: list[Chunks] = []
        self._ends: dict[int, int] = {}

    def ends(self, streams: int) -> list[int]:
        """Of each stream the record after the last one that was seen to be visible."""
        self._take()
        return [self._ends.get(stream, 0) for stream in range(streams)]

    def given_to(self, batches: Sequence[BatchRecord]) -> list[BatchRecord]:
        """The batches, each with the chunks of its records."""
        self._take()
        chunks = np.concatenate([NONE, *self._parts])
        return [
            replace(batch, chunks=encode(of_batch(chunks, batch.batch_id, batch.ranges)))
            for batch in batches
        ]

    def _take(self) -> None:
        try:
            with self._path.open("rb") as file:
                file.seek(self._read)
                raw = file.read()
        except FileNotFoundError:
            return
        whole = len(raw) // (8 * COLUMNS) * 8 * COLUMNS
        self._read += whole
        if whole:
            new = np.frombuffer(raw[:whole], dtype=np.int64).reshape(-1, COLUMNS)
            self._parts.append(new)
            for stream in np.unique(new[:, 0]):
                mine = new[new[:, 0] == stream]
                end = int((mine[:, 1] + mine[:, 2]).max())
                self._ends[int(stream)] = max(self._ends.get(int(stream), 0), end)
