"""When records became visible one by one, where a batch does not show all of its own at once.

A query in real-time or continuous mode writes each row as it comes.  Its engine appends to a file
which records became visible when (``structured/native/trace/Trace.java``): chunks of four signed
64-bit integers in the machine's byte order, stream, first record, records, and the Unix time in
microseconds at which the last of them became visible.  Behind a shuffle rows come without their
records: there a chunk holds -1 - batch id, first row of the batch, rows, and that time.
"""

from __future__ import annotations

from . import LIVE_MODES, BatchRecord

#: Key of ``Options.conf`` with the path of the file to write.
FILE_KEY = "sparkbench.chunks.file"

#: Integers of a chunk.
COLUMNS = 4


def row_by_row(mode: str, sink: str) -> bool:
    """Whether in that mode the sink of that name is told of each row as it comes."""
    return mode in LIVE_MODES and (mode, sink) != ("continuous", "console")


def epoch(number: int, first: int, rows: int, began_s: float, ended_s: float) -> BatchRecord:
    """An epoch of continuous mode, whose rows are records, come in their order and of one stream.

    It begins where the one before it ended, so its batch time is its length; it has no phases.
    """
    return BatchRecord(
        batch_id=number,
        ranges=((0, first, rows),),
        planned_start=began_s,
        started=began_s,
        visible=ended_s,
        finished=ended_s,
        phases={},
        processed_records=rows,
    )
