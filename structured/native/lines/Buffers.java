package sparkbench.socket;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Buffers outside the heap to receive and read into, used again by whichever stream of this JVM.
 *
 * <p>They are never freed, as a row that points into one would then end the JVM.
 */
final class Buffers {
  static final int SIZE = 1 << 20;

  private static final ArrayDeque FREE = new ArrayDeque();

  private Buffers() {
  }

  /** One of this many bytes at least. */
  static ByteBuffer take(int least) {
    ByteBuffer one = null;
    if (least <= SIZE) {
      synchronized (FREE) {
        one = (ByteBuffer) FREE.poll();
      }
    }
    return one != null ? one : Bytes.allocate(Math.max(SIZE, least));
  }

  static void give(ByteBuffer buffer) {
    if (buffer.capacity() == SIZE) {
      synchronized (FREE) {
        FREE.add(buffer);
      }
    }
  }
}
