"""Counters of the driver's JVM, in one call; one by one they take 30 calls and 36 ms of CPU."""

from __future__ import annotations

import functools
from typing import Any

from .janino import new_instance

NAME = "sparkbench.gauges.Gauges"

SOURCE = """
package sparkbench.gauges;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Iterator;

public class Gauges {
  public String read() {
    long millis = 0L;
    Iterator collectors = ManagementFactory.getGarbageCollectorMXBeans().iterator();
    while (collectors.hasNext()) {
      millis += ((GarbageCollectorMXBean) collectors.next()).getCollectionTime();
    }
    long used = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return millis + " " + used + " " + kept();
  }

  // Of the pools for what has lived long, what their last collection left; 0 before the first.
  private static long kept() {
    long left = 0L;
    Iterator pools = ManagementFactory.getMemoryPoolMXBeans().iterator();
    while (pools.hasNext()) {
      MemoryPoolMXBean pool = (MemoryPoolMXBean) pools.next();
      String name = pool.getName();
      boolean young = name.indexOf("Eden") >= 0 || name.indexOf("Survivor") >= 0;
      if (pool.getType() == MemoryType.HEAP && !young) {
        MemoryUsage usage = pool.getCollectionUsage();
        left += usage == null ? 0L : usage.getUsed();
      }
    }
    return left;
  }
}
"""


def read_gauges(context: Any) -> dict[str, Any]:
    """The counters of a ``SparkContext``'s JVM at this moment.

    ``gc_s``: seconds spent in collections since the JVM began.  ``heap_bytes``: heap in use.
    ``heap_after_gc_bytes``: what the last collection of the old generation left in it
    (``MemoryPoolMXBean.getCollectionUsage``: for G1 a mixed or a full one, and since Java 20 the
    end of a marking too), ``None`` before the first.  What a *young* collection
    leaves in the heap says nothing: garbage in the old generation is in it, and rises with every
    one until the collector turns to that (docs/faults.md).
    """
    gc_ms, heap, kept = (int(word) for word in _reader(context).read().split())
    return {"gc_s": gc_ms / 1000, "heap_bytes": heap, "heap_after_gc_bytes": kept or None}


@functools.lru_cache(maxsize=1)
def _reader(context: Any) -> Any:
    return new_instance(context, NAME, SOURCE)
