"""What Spark knows of its executors: their tasks, CPU and GC time, memory; for cluster masters.

Sums of finished tasks come from a listener in the JVM (``TaskMetrics``), peaks of memory from the
application's status store, which Spark keeps with its web interface or without.  A receiver is one
task that never ends, so its own time is in no sum, and CPU time is that of threads of the JVM: the
Python workers' is not in it.
"""

from __future__ import annotations

from typing import Any

from bench.contract.janino import new_instance

NAME = "sparkbench.executors.Watch"

SOURCE = """
package sparkbench.executors;

import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.executor.TaskMetrics;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

public class Watch extends SparkListener {
  private final TreeMap sums = new TreeMap();

  public synchronized void onTaskEnd(SparkListenerTaskEnd end) {
    TaskMetrics metrics = end.taskMetrics();
    String id = end.taskInfo().executorId();
    long[] sum = (long[]) sums.get(id);
    if (sum == null) {
      sum = new long[4];
      sums.put(id, sum);
    }
    sum[0] += 1L;
    if (metrics != null) {
      sum[1] += metrics.executorRunTime();
      sum[2] += metrics.executorCpuTime();
      sum[3] += metrics.jvmGCTime();
    }
  }

  public synchronized String text() {
    StringBuilder out = new StringBuilder();
    Iterator entries = sums.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry entry = (Map.Entry) entries.next();
      long[] sum = (long[]) entry.getValue();
      out.append(entry.getKey());
      for (int i = 0; i < sum.length; i++) {
        out.append(' ').append(sum[i]);
      }
      out.append('\\n');
    }
    return out.toString();
  }
}
"""

_PEAKS = {
    "heap_peak_bytes": "JVMHeapMemory",
    "jvm_rss_peak_bytes": "ProcessTreeJVMRSSMemory",
    "python_rss_peak_bytes": "ProcessTreePythonRSSMemory",
}


class ExecutorWatch:
    """Watches the executors of a running SparkContext."""

    def __init__(self, context: Any) -> None:
        self._spark = context._jsc.sc()
        self._sums = new_instance(context, NAME, SOURCE)
        self._spark.addSparkListener(self._sums)

    def read(self) -> list[dict[str, Any]]:
        """One dictionary an executor, dead ones included: see ``ExecutorUse`` of the results.

        Sums are those since the watch began, in seconds.
        """
        sums = {}
        for line in str(self._sums.text()).splitlines():
            name, *numbers = line.split()
            sums[name] = [int(number) for number in numbers]
        found = []
        for one in executors(self._spark):
            tasks, run_ms, cpu_ns, gc_ms = sums.get(one["id"], [0, 0, 0, 0])
            found.append(
                {
                    **one,
                    "tasks": tasks,
                    "run_s": run_ms / 1e3,
                    "cpu_s": cpu_ns / 1e9,
                    "gc_s": gc_ms / 1e3,
                }
            )
        return found


def executors(spark: Any) -> list[dict[str, Any]]:
    """``id``, ``host``, ``cores`` and peaks of memory of each executor; the driver is none."""
    listed = spark.statusStore().executorList(False)
    found = []
    for position in range(listed.size()):
        summary = listed.apply(position)
        if summary.id() == "driver":
            continue
        peaks = summary.peakMemoryMetrics()
        known = peaks.get() if peaks.isDefined() else None
        found.append(
            {
                "id": str(summary.id()),
                "host": str(summary.hostPort()).rpartition(":")[0],
                "cores": int(summary.totalCores()),
                **{key: _peak(known, name) for key, name in _PEAKS.items()},
            }
        )
    return found


def _peak(known: Any, name: str) -> int | None:
    # Not every system tells, and nothing is known before the first heartbeat.
    return (int(known.getMetricValue(name)) or None) if known is not None else None
