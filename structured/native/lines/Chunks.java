package sparkbench.socket;

import java.nio.ByteBuffer;
import java.util.ArrayList;

/**
 * The last lines of a stream in memory, where the socket's bytes were received to.
 *
 * <p>What is let go of is received into again, but not while somebody reads it.
 */
final class Chunks {
  static final class Chunk {
    final ByteBuffer buffer;
    final long start;
    final long address;
    int length;
    int readers;
    boolean gone;

    Chunk(ByteBuffer buffer, int from, long start) {
      this.buffer = buffer;
      this.start = start;
      this.address = Bytes.address(buffer) + from;
    }
  }

  private final ArrayList all = new ArrayList();

  /** Whole lines, which follow what was added last. */
  synchronized void add(ByteBuffer buffer, int from, int length, long position) {
    Chunk last = all.isEmpty() ? null : chunk(all.size() - 1);
    if (last == null || last.buffer != buffer) {
      last = new Chunk(buffer, from, position);
      all.add(last);
    }
    last.length += length;
  }

  /** Let go of what lies before a position; the last buffer may still be written to. */
  synchronized void forget(long position) {
    int gone = 0;
    while (gone < all.size() - 1 && chunk(gone + 1).start <= position) {
      gone++;
    }
    drop(gone);
  }

  /** Let go of all; nobody writes any more. */
  synchronized void clear() {
    drop(all.size());
  }

  /** What holds a position, to be given to {@link #done}; null where it is not in memory. */
  synchronized Chunk read(long position) {
    int low = 0;
    int high = all.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (chunk(middle).start <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    if (all.isEmpty() || chunk(low).start > position) {
      return null;
    }
    Chunk found = chunk(low);
    found.readers++;
    return found;
  }

  /** How many bytes a chunk holds from a position on. */
  synchronized long length(Chunk chunk, long position) {
    return chunk.start + chunk.length - position;
  }

  synchronized void done(Chunk chunk) {
    chunk.readers--;
    if (chunk.gone && chunk.readers == 0) {
      Buffers.give(chunk.buffer);
    }
  }

  private Chunk chunk(int number) {
    return (Chunk) all.get(number);
  }

  private void drop(int count) {
    for (int i = 0; i < count; i++) {
      Chunk chunk = chunk(i);
      chunk.gone = true;
      if (chunk.readers == 0) {
        Buffers.give(chunk.buffer);
      }
    }
    all.subList(0, count).clear();
  }
}
