"""Steps and output in Java, for the path on which no record crosses into a Python worker.

PySpark offers no way to write an RDD function that runs in the JVM.
"""

from __future__ import annotations

import warnings
from typing import Any

from bench.contract.janino import load_class, new_instance

#: A row as text, as ``bench.contract.rows.text_of`` has it: the columns of a tuple (or of another
#: case class) joined by commas, those that are null or ``None`` left out.
ROW_TEXT = """
  static String text(Object row) {
    if (!(row instanceof scala.Product)) {
      return String.valueOf(row);
    }
    scala.Product columns = (scala.Product) row;
    StringBuilder out = new StringBuilder();
    boolean first = true;
    for (int i = 0; i < columns.productArity(); i++) {
      Object value = columns.productElement(i);
      if (value instanceof scala.Option) {
        value = ((scala.Option) value).isEmpty() ? null : ((scala.Option) value).get();
      }
      if (value != null) {
        out.append(first ? "" : ",").append(value);
        first = false;
      }
    }
    return out.toString();
  }
"""

PACKAGE = "sparkbench.drain"

SOURCE = f"""
package sparkbench.drain;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.streaming.Time;
import org.apache.spark.unsafe.types.UTF8String;

public class Drain implements VoidFunction2 {{
  private final transient ConcurrentHashMap totals = new ConcurrentHashMap();

  public void call(Object rdd, Object time) {{
    long[] none = new long[] {{0L, 0L}};
    Object total = ((JavaRDD) rdd).aggregate(none, new Add(), new Merge());
    totals.put(Long.valueOf(((Time) time).milliseconds()), total);
  }}

  public Map counts() {{
    return totals;
  }}

{ROW_TEXT}
  public static class Add implements Function2 {{
    public Object call(Object total, Object row) {{
      long[] sum = (long[]) total;
      String line = row instanceof String ? (String) row : Drain.text(row);
      sum[0] += 1L;
      sum[1] += (long) UTF8String.fromString(line).numBytes();
      return sum;
    }}
  }}

  public static class Merge implements Function2 {{
    public Object call(Object left, Object right) {{
      long[] a = (long[]) left;
      long[] b = (long[]) right;
      return new long[] {{a[0] + b[0], a[1] + b[1]}};
    }}
  }}
}}
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


TEXT_NAME = "sparkbench.text.Text"

TEXT_SOURCE = f"""
package sparkbench.text;

import org.apache.spark.api.java.function.Function;

public class Text implements Function {{
{ROW_TEXT}
  public Object call(Object row) {{
    return text(row);
  }}
}}
"""


def as_text(context: Any, java_stream: Any) -> Any:
    """The rows of a Java stream as text."""
    return java_stream.map(new_instance(context, TEXT_NAME, TEXT_SOURCE, executors=True))


def in_python(context: Any, java_stream: Any) -> Any:
    """A Java stream as a stream of PySpark, its rows as text."""
    from pyspark.serializers import UTF8Deserializer
    from pyspark.streaming import DStream, StreamingContext

    streaming = context._jvm.org.apache.spark.streaming.api.java
    java_context = streaming.JavaStreamingContext(java_stream.context())
    with warnings.catch_warnings():
        # As in ``context.open_stream_context``.
        warnings.simplefilter("ignore", FutureWarning)
        stream_context = StreamingContext(context, jssc=java_context)
    strings = UTF8Deserializer()  # type: ignore[no-untyped-call]
    return DStream(as_text(context, java_stream), stream_context, strings)


NOTHING_NAME = "sparkbench.nothing.Nothing"

NOTHING_SOURCE = """
package sparkbench.nothing;

import org.apache.spark.api.java.function.VoidFunction;

public class Nothing implements VoidFunction {
  public void call(Object rdd) {}
}
"""


def do_nothing(context: Any, java_stream: Any) -> None:
    """An output action of ``java_stream`` that does not touch its records."""
    java_stream.foreachRDD(new_instance(context, NOTHING_NAME, NOTHING_SOURCE))


PARSE_NAME = "sparkbench.parse.Parse"

PARSE_SOURCE = """
package sparkbench.parse;

import org.apache.spark.api.java.function.Function;

public class Parse implements Function {
  private String number, words;

  public Parse raising(String number, String words) {
    this.number = number;
    this.words = words;
    return this;
  }

  public Object call(Object line) {
    if (((String) line).startsWith(number)) {
      throw new IllegalArgumentException(words);
    }
    return line;
  }
}
"""


def parsed(context: Any, java_stream: Any, number: str, words: str) -> Any:
    """A Java stream of lines; one that begins with ``number`` raises ``words``."""
    parse = new_instance(context, PARSE_NAME, PARSE_SOURCE, executors=True)
    return java_stream.map(parse.raising(number, words))


def load_classes(context: Any) -> None:
    """Compile, before it is read, what the checkpoint of a stream on this path may name."""
    for name, source in (
        (TEXT_NAME, TEXT_SOURCE),
        (NOTHING_NAME, NOTHING_SOURCE),
        (PARSE_NAME, PARSE_SOURCE),
    ):
        load_class(context, name, source, executors=True)
