"""What a DStream reads before any of it is dropped, grouped or joined: nobody counts it.

Where a sink's count of rows is no count of records, the records that were processed stay unknown:
a counter in Python would cost every record of this engine a call that the other one does not pay.
What was received is known, batch by batch, and which batches failed.
"""

from __future__ import annotations

from .sinks.base import Counts, Sink


class Uncounted(Sink):
    """Stands before a sink whose count says nothing of the input."""

    counts_records = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.java_counts = sink.java_counts

    def take(self, batch_ms: int) -> Counts | None:
        """Nothing; what the sink kept of the batch is let go."""
        self._sink.take(batch_ms)
        return None
