package sparkbench.socket;

import java.util.ArrayDeque;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.unsafe.Platform;

/**
 * The lines of batches for the executors of a cluster, each range a broadcast variable: blocks of
 * the driver's block manager, from where the tasks that read them fetch them.
 */
final class Shipment {
  /** More is not put into one range, whatever the options say: an array could not hold it. */
  static final long MOST = 1L << 28;

  private static final class Range {
    final Broadcast bytes;
    final long to;

    Range(Broadcast bytes, long to) {
      this.bytes = bytes;
      this.to = to;
    }
  }

  private final ArrayDeque kept = new ArrayDeque();

  /** Put the lines between two places where executors find them. */
  synchronized Broadcast put(Lines lines, long from, long to) {
    byte[] bytes = new byte[Math.toIntExact(to - from)];
    Blocks blocks = lines.read(from, to);
    try {
      for (int at = 0; blocks.next(); at += blocks.length()) {
        Platform.copyMemory(
            null, blocks.address(), bytes, Platform.BYTE_ARRAY_OFFSET + at, blocks.length());
      }
    } finally {
      blocks.close();
    }
    Broadcast shipped =
        JavaSparkContext.fromSparkContext(SparkContext.getOrCreate()).broadcast(bytes);
    kept.add(new Range(shipped, to));
    return shipped;
  }

  /** What lies before this position is not read again. */
  synchronized void passed(long position) {
    while (!kept.isEmpty() && ((Range) kept.peek()).to <= position) {
      ((Range) kept.poll()).bytes.destroy();
    }
  }
}
