package sparkbench.socket;

import java.nio.ByteBuffer;
import org.apache.spark.broadcast.Broadcast;

/** A range for a task in another JVM than the driver's; see {@link Shipment}. */
final class ShippedPartition extends LinePartition {
  private static final long serialVersionUID = 1L;

  private final Broadcast shipped;

  ShippedPartition(String stream, Settings settings, long from, long to, Broadcast shipped) {
    super(stream, settings, from, to);
    this.shipped = shipped;
  }

  /** A copy of the lines outside the heap of this JVM. */
  Lines lines() {
    byte[] bytes = (byte[]) shipped.value();
    MemoryLines here = new MemoryLines(stream, bytes.length);
    int at = 0;
    while (at < bytes.length) {
      int past = pastLine(bytes, at);
      ByteBuffer buffer = Buffers.take(past - at);
      buffer.clear();
      buffer.put(bytes, at, past - at);
      here.keep(buffer, 0, past - at, new Mark(from + at, 0L));
      at = past;
    }
    return here;
  }

  void done(Lines lines) {
    lines.close(true);
  }

  /** The end of the lines that fit into a buffer, or of a line that is longer. */
  private static int pastLine(byte[] bytes, int from) {
    int past = Math.min(from + Buffers.SIZE, bytes.length);
    while (past > from && bytes[past - 1] != Bytes.LF) {
      past--;
    }
    if (past == from) {
      past += Buffers.SIZE;
      while (bytes[past - 1] != Bytes.LF) {
        past++;
      }
    }
    return past;
  }
}
