"""The drain in Java, for the path on which no record crosses into a Python worker.

PySpark offers no way to write an RDD function that runs in the JVM.
"""

from __future__ import annotations

from typing import Any

from bench.contract.janino import new_instance

PACKAGE = "sparkbench.drain"

SOURCE = """
package sparkbench.drain;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.streaming.Time;
import org.apache.spark.unsafe.types.UTF8String;

public class Drain implements VoidFunction2 {
  private final transient ConcurrentHashMap totals = new ConcurrentHashMap();

  public void call(Object rdd, Object time) {
    long[] total = (long[]) ((JavaRDD) rdd).aggregate(new long[] {0L, 0L}, new Add(), new Merge());
    totals.put(Long.valueOf(((Time) time).milliseconds()), total);
  }

  public Map counts() {
    return totals;
  }

  public static class Add implements Function2 {
    public Object call(Object total, Object line) {
      long[] sum = (long[]) total;
      sum[0] += 1L;
      sum[1] += (long) UTF8String.fromString((String) line).numBytes();
      return sum;
    }
  }

  public static class Merge implements Function2 {
    public Object call(Object left, Object right) {
      long[] a = (long[]) left;
      long[] b = (long[]) right;
      return new long[] {a[0] + b[0], a[1] + b[1]};
    }
  }
}
"""


class JavaDrain:
    """Counts records and bytes of each batch in the JVM; one a stream.

    The counts leave the JVM with the event that ends the batch (:mod:`legacy_dstream.events`): a
    call of their own would cost a share of a batch's CPU time that shows.
    """

    def __init__(self, context: Any) -> None:
        self._drain = new_instance(context, f"{PACKAGE}.Drain", SOURCE, executors=True)

    def attach(self, java_stream: Any) -> None:
        """Make this the output action of ``java_stream``."""
        java_stream.foreachRDD(self._drain)

    @property
    def counts(self) -> Any:
        """A ``java.util.Map`` from a batch's milliseconds to its records and bytes."""
        return self._drain.counts()
