"""The ``truth`` sink: what the accuracy of measured latency is judged by."""

from __future__ import annotations

import time
from array import array
from collections.abc import Mapping
from typing import Any

from bench.contract import Options
from bench.contract.chunks import row_by_row
from bench.contract.janino import new_instance
from bench.contract.truth import FILE_KEY, SEQUENCE, STAMP, TruthFile

from .. import realtime
from .base import Counts, Each, Sink
from .own import Drain


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

        if row_by_row(options.mode, options.sink):
            rows = new_instance(session.sparkContext, NAME, SOURCE)
            rows.into(options.conf[FILE_KEY])
            return realtime.row_writer(session, Drain.observed(result, options), rows)
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
        counts = Drain.counted(progress)
        if counts is not None:
            return counts
        if batch_id not in self._collected:
            return None
        returned_us, rows = self._collected.pop(batch_id)
        marks = array("q", (mark for row in rows for mark in row[:2]))
        self._file.add(batch_id, returned_us, [marks.tobytes()])
        return len(rows), sum(row[2] for row in rows)


NAME = "sparkbench.truth.TruthRows"

#: Row by row each of them is an entry of its own: the clock is looked at when it was written.
SOURCE = f"""
package sparkbench.truth;

import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.apache.spark.sql.Row;
import sparkbench.socket.RowSink;

public class TruthRows extends RowSink {{
  private static final int ENTRY = 40;
  private String path;
  private transient ByteBuffer entries;

  public void into(String file) {{
    path = file;
  }}

  public boolean open(long partition, long epoch) {{
    entries = ByteBuffer.allocate(4096 * ENTRY).order(ByteOrder.nativeOrder());
    return super.open(partition, epoch);
  }}

  public void process(Object row) {{
    super.process(row);
    Instant now = Instant.now();
    String line = ((Row) row).getString(0);
    if (entries.remaining() < ENTRY) {{
      write();
    }}
    entries.putLong(batch).putLong(now.getEpochSecond() * 1000000L + now.getNano() / 1000);
    entries.putLong(1L).putLong(Long.parseLong(line.substring({SEQUENCE[0]}, {SEQUENCE[1]})));
    entries.putLong(Long.parseLong(line.substring({STAMP[0]}, {STAMP[1]})));
  }}

  public void close(Throwable problem) {{
    write();
    super.close(problem);
  }}

  void write() {{
    try {{
      FileOutputStream file = new FileOutputStream(path, true);
      file.write(entries.array(), 0, entries.position());
      file.close();
    }} catch (java.io.IOException problem) {{
      throw new RuntimeException(problem);
    }}
    entries.clear();
  }}
}}
"""
