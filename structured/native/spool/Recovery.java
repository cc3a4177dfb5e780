package sparkbench.socket;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.TreeMap;

/**
 * The state of a spool from its files alone, as its last holder left them, however it ended.
 *
 * <p>A process that is killed in the middle of a write can leave part of it. Its whole lines were
 * received; the rest of the last one was not, and is cut off ({@code structured/spooled}).
 */
final class Recovery {
  final String identity;
  final TreeMap segments;
  final Mark end;

  /** Bytes cut off. */
  final int torn;

  /** Look at a directory whose lock is held; a new spool is made where there is none. */
  Recovery(File folder) throws IOException {
    String known = Identity.read(folder);
    segments = Segment.list(folder);
    if (known == null && !segments.isEmpty()) {
      throw new NativeSocketError(folder + " holds lines of a spool but its " + Identity.FILE
          + " is missing: put it back, or use another directory");
    }
    identity = known == null ? Identity.make(folder) : known;
    if (segments.isEmpty()) {
      end = Mark.ZERO;
      torn = 0;
      return;
    }
    Segment last = (Segment) segments.lastEntry().getValue();
    RandomAccessFile file = new RandomAccessFile(last.file, "rw");
    try {
      Mark whole = lines(file.getChannel());
      torn = (int) Math.min(file.length() - whole.position, Integer.MAX_VALUE);
      if (torn > 0) {
        file.setLength(whole.position);
      }
      end = last.start.plus(whole.position, whole.records);
    } finally {
      file.close();
    }
  }

  /** Bytes and number of the whole lines of a file. */
  private static Mark lines(FileChannel file) throws IOException {
    ByteBuffer buffer = Buffers.take(Buffers.SIZE);
    try {
      long address = Bytes.address(buffer);
      Mark whole = Mark.ZERO;
      long at = 0L;
      buffer.clear();
      for (int length = file.read(buffer, at); length > 0; length = file.read(buffer, at)) {
        int last = Bytes.lastLineEnd(address, length);
        if (last > 0) {
          whole = new Mark(at + last, whole.records + Bytes.lines(address, last));
        }
        at += length;
        buffer.clear();
      }
      return whole;
    } finally {
      Buffers.give(buffer);
    }
  }
}
