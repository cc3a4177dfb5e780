"""The ``capture`` sink: what was written, row by row or as a digest, for ``sparkbench verify``."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from bench.contract import Options
from bench.contract.capture import CaptureFile
from bench.contract.digest import Digest, digest_of, from_words

from .base import Counts, Sink, Totals, milliseconds


class Capture(Sink):
    """One action a batch that brings every row, or a digest made in the workers, to the driver."""

    def __init__(self) -> None:
        self._totals = Totals()
        self._file: CaptureFile | None = None
        self._java: Any | None = None

    def attach(self, context: Any, result: Any, options: Options) -> None:
        charset = str(context._jvm.java.nio.charset.Charset.defaultCharset().name())
        file = self._file = CaptureFile(options.conf, charset)
        if options.path == "jvm":
            from bench.contract.janino import new_instance

            self._java = new_instance(context, NAME, SOURCE, executors=True)
            self._java.setWhole(file.whole)
            result.foreachRDD(self._java)
            return
        totals = self._totals

        def write(batch: Any, rdd: Any) -> None:
            batch_ms = milliseconds(batch)
            if file.whole:
                # Partition after partition, and with it block after block: in order of arrival.
                totals[batch_ms] = file.rows(batch_ms, rdd.collect())
            else:
                parts = rdd.mapPartitions(digest_lines).collect()
                totals[batch_ms] = file.digest(batch_ms, sum(parts, Digest()))

        result.foreachRDD(write)

    def take(self, batch_ms: int) -> Counts | None:
        if self._java is None:
            return self._totals.pop(batch_ms, None)
        text = self._java.take(str(batch_ms))
        if text is None or self._file is None:
            return None
        *parts, _ = str(text).split(",")
        if self._file.whole:
            return self._file.rows(batch_ms, [read_row(part) for part in parts])
        records, size, *words = (int(part) for part in parts)
        return self._file.digest(batch_ms, from_words(records, size, words))


def read_row(part: str) -> Any:
    """A row as the class below writes it: text, or JSON after a ``=``."""
    columns = part.startswith("=")
    text = base64.b64decode(part[columns:]).decode("utf-16-be", "surrogatepass")
    return json.loads(text) if columns else text


def digest_lines(lines: Iterable[str]) -> Iterator[Digest]:
    """The digest of a partition."""
    yield digest_of(lines)


NAME = "sparkbench.capture.Capture"

#: The same in Java, for the path on which no record crosses into a Python worker.  Rows leave as
#: the UTF-16 that Java holds, which spares them another encoder's opinion.
SOURCE = """
package sparkbench.capture;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.streaming.Time;

public class Capture implements VoidFunction2 {
  private final transient ConcurrentHashMap batches = new ConcurrentHashMap();
  private transient boolean whole;

  public void setWhole(boolean whole) {
    this.whole = whole;
  }

  public void call(Object rdd, Object time) {
    StringBuilder out = new StringBuilder();
    if (whole) {
      List rows = ((JavaRDD) rdd).collect();
      for (int i = 0; i < rows.size(); i++) {
        Object row = rows.get(i);
        boolean columns = !(row instanceof String);
        String text = columns ? json(row, new StringBuilder()).toString() : (String) row;
        byte[] data = text.getBytes(StandardCharsets.UTF_16BE);
        out.append(columns ? "=" : "").append(Base64.getEncoder().encodeToString(data)).append(',');
      }
    } else {
      long[] sums = (long[]) ((JavaRDD) rdd).aggregate(new long[6], new Add(), new Merge());
      for (int i = 0; i < sums.length; i++) {
        out.append(sums[i]).append(',');
      }
    }
    batches.put(Long.valueOf(((Time) time).milliseconds()), out.toString());
  }

  private static StringBuilder json(Object row, StringBuilder out) {
    Object value = row;
    if (value instanceof scala.Option) {
      value = ((scala.Option) value).isEmpty() ? null : ((scala.Option) value).get();
    }
    Iterator all = columns(value);
    if (all != null) {
      out.append('[');
      for (boolean first = true; all.hasNext(); first = false) {
        json(all.next(), out.append(first ? "" : ","));
      }
      return out.append(']');
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return out.append(value);
    }
    out.append('"').append(JsonStringEncoder.getInstance().quoteAsString(value.toString()));
    return out.append('"');
  }

  // Null for a value that is one by itself.
  private static Iterator columns(Object value) {
    if (value instanceof List) {
      return ((List) value).iterator();
    }
    scala.collection.Iterator all = null;
    if (value instanceof scala.collection.Iterable) {
      all = ((scala.collection.Iterable) value).iterator();
    } else if (value instanceof scala.Product) {
      all = ((scala.Product) value).productIterator();
    } else {
      return null;
    }
    ArrayList found = new ArrayList();
    while (all.hasNext()) {
      found.add(all.next());
    }
    return found.iterator();
  }

  public String take(String millis) {
    return (String) batches.remove(Long.valueOf(millis));
  }

  public static class Add implements Function2 {
    public Object call(Object sums, Object row) throws Exception {
      long[] sum = (long[]) sums;
      byte[] data = String.valueOf(row).getBytes(StandardCharsets.UTF_8);
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(data);
      sum[0] += 1L;
      sum[1] += (long) data.length;
      for (int i = 0; i < 16; i++) {
        sum[2 + i / 4] += ((long) hash[i] & 0xFFL) << (24 - 8 * (i % 4));
      }
      return sum;
    }
  }

  public static class Merge implements Function2 {
    public Object call(Object left, Object right) {
      long[] a = (long[]) left;
      long[] b = (long[]) right;
      long[] both = new long[a.length];
      for (int i = 0; i < both.length; i++) {
        both[i] = a[i] + b[i];
      }
      return both;
    }
  }
}
"""
