"""The ``ledger`` sink: which records became visible when, for trials with a fault."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from bench.contract import Options
from bench.contract.chunks import row_by_row
from bench.contract.janino import new_instance
from bench.contract.ledger import DIGITS, FILE_KEY, MARK, LedgerFile

from .. import realtime
from .base import Counts, Each, Sink
from .own import Drain


def number_of(line: str) -> str:
    """SQL for a line's number, −1 where it does not begin with one.

    In ANSI mode a mere cast would end the query.
    """
    digits = f"RLIKE '^[0-9]{{{DIGITS}}}'"
    number = f"CAST(substring({line}, 1, {DIGITS}) AS BIGINT)"
    return f"CASE WHEN {line} {digits} THEN {number} ELSE -1L END"


class Ledger(Sink):
    """One action a batch that brings every record's number to the driver; the JVM reads it.

    ``foreachBatch`` gives a batch again after a restart that came before its commit.
    """

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        file = LedgerFile(options.conf[FILE_KEY])
        totals = self._totals
        if row_by_row(options.mode, options.sink) and each is None:
            rows = new_instance(session.sparkContext, NAME, SOURCE)
            rows.into(options.conf[FILE_KEY])
            return realtime.row_writer(session, Drain.observed(result, options), rows)

        def write(frame: Any, batch_id: int) -> None:
            made = frame if each is None else each(frame, batch_id)
            first = made.columns[0].replace("`", "``")
            line = f"CAST(`{first}` AS STRING)"
            rows = made.selectExpr(number_of(line), f"octet_length({line})").collect()
            file.add(batch_id, time.time_ns() // 1000, (row[0] for row in rows))
            totals[batch_id] = (len(rows), sum(row[1] for row in rows))

        return result.writeStream.foreachBatch(write)

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        counts = Drain.counted(progress)
        return self._totals.pop(int(progress["batchId"]), None) if counts is None else counts


NAME = "sparkbench.ledger.LedgerRows"

#: Row by row, those that come within :data:`TOGETHER_NS` make an entry, written at once: what
#: a killed process had not written yet are the rows of that time.
TOGETHER_NS = 2_000_000

SOURCE = f"""
package sparkbench.ledger;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.apache.spark.sql.Row;
import sparkbench.socket.RowSink;

public class LedgerRows extends RowSink {{
  private static final int HEAD = 40;
  private static final int MOST = 8192;
  private String path;
  private transient FileOutputStream file;
  private transient ByteBuffer entry;
  private transient long began;
  private transient long visible;
  private transient long unreadable;

  public void into(String name) {{
    path = name;
  }}

  public boolean open(long partition, long epoch) {{
    try {{
      file = new FileOutputStream(path, true);
    }} catch (IOException problem) {{
      throw new RuntimeException(problem);
    }}
    entry = ByteBuffer.allocate(HEAD + 8 * MOST).order(ByteOrder.nativeOrder());
    begin();
    return super.open(partition, epoch);
  }}

  public void process(Object row) {{
    super.process(row);
    long now = System.nanoTime();
    if (!empty() && (now - began > {TOGETHER_NS}L || entry.remaining() < 8)) {{
      write();
    }}
    if (empty()) {{
      began = now;
    }}
    Instant at = Instant.now();
    visible = at.getEpochSecond() * 1000000L + at.getNano() / 1000;
    long number = number(((Row) row).getString(0));
    if (number < 0L) {{
      unreadable++;
    }} else {{
      entry.putLong(number);
    }}
  }}

  public void close(Throwable problem) {{
    super.close(problem);
    if (!empty()) {{
      write();
    }}
    try {{
      file.close();
    }} catch (IOException ignored) {{
      // All was written.
    }}
  }}

  boolean empty() {{
    return entry.position() == HEAD && unreadable == 0L;
  }}

  void begin() {{
    entry.clear();
    entry.position(HEAD);
    unreadable = 0L;
  }}

  void write() {{
    int end = entry.position();
    entry.putLong(0, {MARK}L).putLong(8, batch).putLong(16, visible);
    entry.putLong(24, unreadable).putLong(32, (long) ((end - HEAD) / 8));
    try {{
      file.write(entry.array(), 0, end);
    }} catch (IOException problem) {{
      throw new RuntimeException(problem);
    }}
    begin();
  }}

  static long number(String line) {{
    if (line == null || line.length() < {DIGITS}) {{
      return -1L;
    }}
    long found = 0L;
    for (int i = 0; i < {DIGITS}; i++) {{
      int digit = line.charAt(i) - '0';
      if (digit < 0 || digit > 9) {{
        return -1L;
      }}
      found = 10L * found + digit;
    }}
    return found;
  }}
}}
"""
