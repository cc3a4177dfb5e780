"""When records became visible one by one, where a batch does not show all of its own at once.

A query in real-time or continuous mode writes each row as it comes.  Its engine appends to a file
which records became visible when (``structured/native/Trace.java``): chunks of four signed 64-bit
integers in the machine's byte order, stream, first record, records, and the Unix time in
microseconds at which the last of them became visible.  Behind a shuffle rows come without their
records: there a chunk holds -1 - batch id, first row of the batch, rows, and that time.
"""

from __future__ import annotations

#: Key of ``Options.conf`` with the path of the file to write.
FILE_KEY = "sparkbench.chunks.file"

#: Integers of a chunk.
COLUMNS = 4


def row_by_row(mode: str, sink: str) -> bool:
    """Whether in that mode the sink of that name is told of each row as it comes."""
    return mode == "realtime" or (mode == "continuous" and sink != "console")
