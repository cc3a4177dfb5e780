package sparkbench.socket;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.UUID;

/**
 * Lines in memory outside the heap: what the socket gave is read in place.
 *
 * <p>A buffer that is let go is received into again, by whichever stream of this JVM. So a reader
 * that is late looks afterwards whether its lines were still there, and fails where they were not.
 * Buffers are never freed, as a row that points into one would then end the JVM.
 */
final class MemoryLines extends Lines {
  private static final int BUFFER = 1 << 20;

  private static final class Chunk {
    final ByteBuffer buffer;
    final long address;
    final Mark start;
    int from;
    int length;

    Chunk(ByteBuffer buffer, int from, Mark start) {
      this.buffer = buffer;
      this.address = Bytes.address(buffer);
      this.start = start;
      this.from = from;
    }
  }

  private final ArrayList chunks = new ArrayList();

  /** Of this JVM, each of BUFFER bytes. */
  private static final ArrayDeque FREE = new ArrayDeque();

  MemoryLines(long most) {
    super(UUID.randomUUID().toString().replace("-", ""), Mark.ZERO, Mark.ZERO, most);
  }

  ByteBuffer buffer(ByteBuffer full, int least) {
    ByteBuffer one = null;
    if (least <= BUFFER) {
      synchronized (FREE) {
        one = (ByteBuffer) FREE.poll();
      }
    }
    return one != null ? one : Bytes.allocate(Math.max(BUFFER, least));
  }

  void keep(ByteBuffer buffer, int from, int length, Mark at) {
    synchronized (chunks) {
      Chunk last = chunks.isEmpty() ? null : (Chunk) chunks.get(chunks.size() - 1);
      if (last == null || last.buffer != buffer) {
        last = new Chunk(buffer, from, at);
        chunks.add(last);
      }
      last.length += length;
    }
  }

  Mark keptFrom(Mark before) {
    return before;
  }

  void release(Mark start) {
    synchronized (chunks) {
      int gone = 0;
      // The last one may still be written to.
      while (gone < chunks.size() - 1
          && ((Chunk) chunks.get(gone + 1)).start.position <= start.position) {
        gone++;
      }
      give(gone);
    }
  }

  private void give(int gone) {
    synchronized (FREE) {
      for (Iterator all = chunks.subList(0, gone).iterator(); all.hasNext();) {
        Chunk chunk = (Chunk) all.next();
        if (chunk.buffer.capacity() == BUFFER) {
          FREE.add(chunk.buffer);
        }
      }
    }
    chunks.subList(0, gone).clear();
  }

  NativeSocketError lost(Mark mark) {
    return new NativeSocketError("the lines before byte " + mark.position + " are no longer in "
        + "memory: their batch was done, or its query has ended");
  }

  void close() {
    // The end is kept from nobody, but what is read from now on is told to be lost.
    trim(end().plus(1L, 0L));
    synchronized (chunks) {
      give(chunks.size());
    }
  }

  Blocks read(long from, long to) {
    return new InPlace(from, to);
  }

  private Chunk holding(long position) {
    synchronized (chunks) {
      int low = 0;
      int high = chunks.size() - 1;
      while (low < high) {
        int middle = (low + high + 1) >>> 1;
        if (((Chunk) chunks.get(middle)).start.position <= position) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      Chunk found = chunks.isEmpty() ? null : (Chunk) chunks.get(low);
      return found == null || found.start.position > position ? null : found;
    }
  }

  private final class InPlace extends Blocks {
    private final long first;
    private final long to;
    private long at;
    private Chunk chunk;
    private long address;
    private int length;

    InPlace(long from, long to) {
      this.first = from;
      this.at = from;
      this.to = to;
    }

    boolean next() {
      if (start().position > first) {
        throw lost(new Mark(first, 0L));
      }
      if (at >= to) {
        chunk = null;
        return false;
      }
      chunk = holding(at);
      if (chunk == null) {
        throw lost(new Mark(first, 0L));
      }
      int skip = (int) (at - chunk.start.position);
      synchronized (chunks) {
        length = (int) Math.min(chunk.length - skip, to - at);
      }
      address = chunk.address + chunk.from + skip;
      at += length;
      return true;
    }

    long address() {
      return address;
    }

    int length() {
      return length;
    }

    void close() {
      chunk = null;
    }
  }
}
