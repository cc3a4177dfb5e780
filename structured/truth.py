"""The ``truth`` sink: what the accuracy of measured latency is judged by."""

from __future__ import annotations

import time
from array import array
from collections.abc import Mapping
from typing import Any

from bench.contract import Options
from bench.contract.truth import FILE_KEY, SEQUENCE, STAMP, TruthFile

from .sinks import Counts, Each, Sink


class Truth(Sink):
    """One action a batch that returns every record's number and stamp to the driver.

    Its end is the moment the drain's action would return as well, and right after it
    ``foreachBatch`` and with it ``addBatch`` end.
    """

    def __init__(self) -> None:
        self._collected: dict[int, tuple[int, list[Any]]] = {}
        self._file: Any = None

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        from pyspark.sql import functions as F

        self._file = TruthFile(options.conf[FILE_KEY])
        collected = self._collected

        def number(place: tuple[int, int]) -> Any:
            first, past = place
            return F.substring("value", first + 1, past - first).cast("long")

        def collect(frame: Any, batch_id: int) -> None:
            marks = frame.select(number(SEQUENCE), number(STAMP), F.octet_length("value"))
            rows = marks.collect()
            # Nothing more happens here: it would be time between the return and the batch's end.
            collected[batch_id] = (time.time_ns() // 1000, rows)

        return result.writeStream.foreachBatch(collect)

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        batch_id = progress["batchId"]
        if batch_id not in self._collected:
            return None
        returned_us, rows = self._collected.pop(batch_id)
        marks = array("q", (mark for row in rows for mark in row[:2]))
        self._file.add(batch_id, returned_us, [marks.tobytes()])
        return len(rows), sum(row[2] for row in rows)
