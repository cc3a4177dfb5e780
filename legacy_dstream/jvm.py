"""The drain in Java, for the path on which no record crosses into a Python worker.

PySpark offers no way to write an RDD function that runs in the JVM, and a compiler for Java is
not part of a JRE.  Spark itself ships one: Janino, with which Catalyst compiles its generated
code.  It knows no generics and no lambdas here, hence the raw types below.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from typing import Any

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
        self._drain = new_instance(context, f"{PACKAGE}.Drain", SOURCE)

    def attach(self, java_stream: Any) -> None:
        """Make this the output action of ``java_stream``."""
        java_stream.foreachRDD(self._drain)

    @property
    def counts(self) -> Any:
        """A ``java.util.Map`` from a batch's milliseconds to its records and bytes."""
        return self._drain.counts()


def new_instance(context: Any, name: str, source: str) -> Any:
    """A new object of class ``name``; ``source`` is compiled the first time in this JVM."""
    jvm = context._jvm
    loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
    try:
        compiled = loader.loadClass(name)
    except Exception:  # py4j wraps ClassNotFoundException: the first stream of this JVM
        jar = _compile(context, loader, name, source)
        # The driver loads it from here, executors fetch it as they do any jar.
        loader.addURL(jvm.java.io.File(jar).toURI().toURL())
        context._jsc.addJar(jar)
        compiled = loader.loadClass(name)
    no_types = context._gateway.new_array(jvm.java.lang.Class, 0)
    no_values = context._gateway.new_array(jvm.java.lang.Object, 0)
    return compiled.getDeclaredConstructor(no_types).newInstance(no_values)


def _compile(context: Any, loader: Any, name: str, source: str) -> str:
    compiler = context._jvm.org.codehaus.janino.SimpleCompiler()
    compiler.setParentClassLoader(loader)
    compiler.cook(source)
    classes = compiler.getBytecodes()
    jar = os.path.join(tempfile.mkdtemp(dir=context._temp_dir), f"{name}.jar")
    with zipfile.ZipFile(jar, "w") as archive:
        for part in classes.keySet():
            archive.writestr(str(part).replace(".", "/") + ".class", bytes(classes.get(part)))
    return jar
