"""The ``capture`` sink: what was written, row by row or as a digest, for ``sparkbench verify``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from bench.contract import Options
from bench.contract.capture import CaptureFile
from bench.contract.digest import Digest, from_words
from bench.contract.janino import new_instance

from .. import realtime
from .base import Counts, Each, Sink


class Capture(Sink):
    """One action a batch that brings every row, or a digest made in the workers, to the driver."""

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}
        self._rows: Any = None
        self._file: Any = None
        self._plain = True

    def attach(self, session: Any, result: Any, options: Options, each: Each = None) -> Any:
        charset = str(session._jvm.java.nio.charset.Charset.defaultCharset().name())
        file = CaptureFile(options.conf, charset)
        totals = self._totals
        if options.mode == "realtime" and each is None:
            self._file, self._plain = file, result.columns == ["value"]
            self._rows = new_instance(session.sparkContext, NAME, SOURCE)
            return realtime.row_writer(session, result, self._rows)

        def write(frame: Any, batch_id: int) -> None:
            made = frame if each is None else each(frame, batch_id)
            if file.whole:
                plain = made.columns == ["value"]
                rows = [row[0] if plain else list(row) for row in made.collect()]
                totals[batch_id] = file.rows(batch_id, rows)
            else:
                totals[batch_id] = file.digest(batch_id, digest_rows(made))

        return result.writeStream.foreachBatch(write)

    def take(self, progress: Mapping[str, Any]) -> Counts | None:
        batch_id = int(progress["batchId"])
        if self._rows is None:
            return self._totals.pop(batch_id, None)
        # Not ``splitlines``, to which a line separator within a row is an end as well.
        rows = [json.loads(row) for row in str(self._rows.take(batch_id)).split("\n")[:-1]]
        texts = [row["value"] if self._plain else list(row.values()) for row in rows]
        written: Counts = (
            self._file.texts(batch_id, texts) if self._plain else self._file.rows(batch_id, texts)
        )
        return written


def digest_rows(frame: Any) -> Digest:
    """The digest of a batch with one column of text, made by the executors."""
    from pyspark.sql import functions as F

    hashed = frame.select(F.octet_length("value").alias("size"), F.sha2("value", 256).alias("hash"))
    words = [F.conv(F.substring("hash", 1 + 8 * i, 8), 16, 10).cast("bigint") for i in range(4)]
    sums = hashed.agg(F.count(F.lit(1)), F.sum("size"), *(F.sum(word) for word in words))
    records, size, *totals = (value or 0 for value in sums.collect()[0])
    return from_words(records, size, totals)


NAME = "sparkbench.capture.CaptureRows"

#: In real-time mode rows are kept, as JSON, until their batch is reported.
SOURCE = """
package sparkbench.capture;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.spark.sql.Row;
import sparkbench.socket.RowSink;

public class CaptureRows extends RowSink {
  private static final ConcurrentHashMap BATCHES = new ConcurrentHashMap();

  private transient ConcurrentLinkedQueue mine;

  public boolean open(long partition, long epoch) {
    Long key = Long.valueOf(epoch);
    BATCHES.putIfAbsent(key, new ConcurrentLinkedQueue());
    mine = (ConcurrentLinkedQueue) BATCHES.get(key);
    return super.open(partition, epoch);
  }

  public void process(Object row) {
    mine.add(((Row) row).json());
    super.process(row);
  }

  public String take(long batch) {
    ConcurrentLinkedQueue rows = (ConcurrentLinkedQueue) BATCHES.remove(Long.valueOf(batch));
    StringBuilder all = new StringBuilder();
    while (rows != null && !rows.isEmpty()) {
      all.append((String) rows.poll()).append('\\n');
    }
    return all.toString();
  }
}
"""
