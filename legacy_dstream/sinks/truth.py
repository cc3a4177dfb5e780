"""The ``truth`` sink: what the accuracy of measured latency is judged by."""

from __future__ import annotations

import time
from array import array
from collections.abc import Iterable, Iterator
from typing import Any

from bench.contract import Options
from bench.contract.truth import FILE_KEY, SEQUENCE, STAMP, TruthFile

from .base import Counts, Sink


class Truth(Sink):
    """One action a batch that returns every record's number and stamp to the driver.

    Its end is the moment the drain's action would return as well, and right after it the output
    operation ends.
    """

    def __init__(self) -> None:
        self._totals: dict[int, Counts] = {}
        self._java: Any | None = None

    def attach(self, context: Any, result: Any, options: Options) -> None:
        path = options.conf[FILE_KEY]
        if options.path == "jvm":
            from bench.contract.janino import new_instance

            self._java = new_instance(context, NAME, SOURCE, executors=True)
            self._java.open(path)
            result.foreachRDD(self._java)
            return
        file = TruthFile(path)
        totals = self._totals

        def write(batch: Any, rdd: Any) -> None:
            parts = rdd.mapPartitions(read_marks).collect()
            returned_us = time.time_ns() // 1000
            batch_ms = round(batch.timestamp() * 1000)
            file.add(batch_ms, returned_us, [marks for marks, _ in parts])
            records = sum(len(marks) for marks, _ in parts) // 16
            totals[batch_ms] = (records, sum(size for _, size in parts))

        result.foreachRDD(write)

    def take(self, batch_ms: int) -> Counts | None:
        if self._java is None:
            return self._totals.pop(batch_ms, None)
        text = str(self._java.take(str(batch_ms)))
        if not text:
            return None
        records, size = text.split()
        return int(records), int(size)


def read_marks(lines: Iterable[str]) -> Iterator[tuple[bytes, int]]:
    """Numbers and stamps of a partition in the file's format, and the bytes of its lines."""
    marks, size = array("q"), 0
    for line in lines:
        marks.append(int(line[slice(*SEQUENCE)]))
        marks.append(int(line[slice(*STAMP)]))
        size += len(line)
    yield marks.tobytes(), size


NAME = "sparkbench.truth.Truth"

#: The same in Java, for the path on which no record crosses into a Python worker.
SOURCE = f"""
package sparkbench.truth;

import java.io.FileOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.streaming.Time;
import org.apache.spark.unsafe.types.UTF8String;

public class Truth implements VoidFunction2 {{
  private final transient ConcurrentHashMap totals = new ConcurrentHashMap();
  private transient FileOutputStream file;

  public void open(String path) throws Exception {{
    file = new FileOutputStream(path, true);
  }}

  public void call(Object rdd, Object time) throws Exception {{
    List parts = ((JavaRDD) rdd).mapPartitions(new Read()).collect();
    Instant returned = Instant.now();
    int length = 0;
    long size = 0L;
    for (int i = 0; i < parts.size(); i++) {{
      long[] part = (long[]) parts.get(i);
      length += part.length - 1;
      size += part[0];
    }}
    ByteBuffer out = ByteBuffer.allocate(24 + 8 * length).order(ByteOrder.nativeOrder());
    out.putLong(((Time) time).milliseconds());
    out.putLong(returned.getEpochSecond() * 1000000L + returned.getNano() / 1000L);
    out.putLong((long) length / 2L);
    for (int i = 0; i < parts.size(); i++) {{
      long[] part = (long[]) parts.get(i);
      for (int j = 1; j < part.length; j++) {{
        out.putLong(part[j]);
      }}
    }}
    file.write(out.array());
    totals.put(Long.valueOf(((Time) time).milliseconds()), (length / 2) + " " + size);
  }}

  public String take(String millis) {{
    Object total = totals.remove(Long.valueOf(millis));
    return total == null ? "" : (String) total;
  }}

  public static class Read implements FlatMapFunction {{
    public Iterator call(Object lines) {{
      long[] out = new long[1025];
      int n = 1;
      for (Iterator each = (Iterator) lines; each.hasNext();) {{
        String line = (String) each.next();
        if (n + 2 > out.length) {{
          out = Arrays.copyOf(out, 2 * out.length);
        }}
        out[n++] = Long.parseLong(line.substring({SEQUENCE[0]}, {SEQUENCE[1]}));
        out[n++] = Long.parseLong(line.substring({STAMP[0]}, {STAMP[1]}));
        out[0] += (long) UTF8String.fromString(line).numBytes();
      }}
      return Arrays.asList(new Object[] {{Arrays.copyOf(out, n)}}).iterator();
    }}
  }}
}}
"""
