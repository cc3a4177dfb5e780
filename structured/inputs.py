"""What a query reads before any of it is dropped, grouped or joined: records counted by Spark.

What a sink counts of an aggregate is no number of records.  So the input of such a job is observed,
which adds one counter to the tasks that read it.  A batch that is evaluated twice counts twice,
and the trial's books do not balance: that is the job's fault, and it should show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .sinks.base import Counts, Sink

OBSERVATION = "sparkbench_input"


class InputCounter(Sink):
    """Stands before a sink and counts what went in, not what came out."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def observe(self, inputs: Sequence[Any]) -> list[Any]:
        """The inputs, each under an observation of its own."""
        from pyspark.sql import functions as F

        counts = (F.count(F.lit(1)).alias("records"), F.sum(F.octet_length("value")).alias("bytes"))
        return [
            lines.observe(f"{OBSERVATION}_{number}", *counts) for number, lines in enumerate(inputs)
        ]

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        """Records and bytes read in the batch; ``None`` where nothing was read."""
        self._sink.take(progress)
        found = [
            counts
            for name, counts in progress.get("observedMetrics", {}).items()
            if name.startswith(OBSERVATION)
        ]
        if not found:
            return None
        return sum(int(c["records"]) for c in found), sum(int(c["bytes"] or 0) for c in found)
