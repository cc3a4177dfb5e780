"""The ``ledger`` sink: which records became visible when, for trials with a fault."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bench.contract import Options
from bench.contract.ledger import DIGITS, FILE_KEY, LedgerFile

from .sinks import Counts, Each, Sink

#: A line's number, −1 where it does not begin with one: in ANSI mode a cast would end the query.
NUMBER = (
    f"CASE WHEN value RLIKE '^[0-9]{{{DIGITS}}}' "
    f"THEN CAST(substring(value, 1, {DIGITS}) AS BIGINT) ELSE -1L END"
)


class Ledger(Sink):
    """One action a batch that brings every record's number to the driver; the JVM reads it.

    ``foreachBatch`` gives a batch again after a restart that came before its commit.
    """

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        file = LedgerFile(options.conf[FILE_KEY])
        totals = self._totals

        def write(frame: Any, batch_id: int) -> None:
            made = frame if each is None else each(frame, batch_id)
            rows = made.selectExpr(NUMBER, "octet_length(value)").collect()
            file.add(batch_id, time.time_ns() // 1000, (row[0] for row in rows))
            totals[batch_id] = (len(rows), sum(row[1] for row in rows))

        return result.writeStream.foreachBatch(write)

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        return self._totals.pop(int(progress["batchId"]), None)
