package sparkbench.socket;

import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;

/** Reads lines from the files of a spool into a buffer of its own. */
final class SegmentReader {
  /** Read at first; a range of a line or two needs no more. */
  private static final int LEAST = 1 << 16;

  private final SpoolLines lines;
  private ByteBuffer buffer = Buffers.take(Buffers.SIZE);
  private int size = LEAST;
  private Segment segment;
  private FileChannel channel;

  SegmentReader(SpoolLines lines) {
    this.lines = lines;
  }

  /** Where the lines are that were read last. */
  long address() {
    return Bytes.address(buffer);
  }

  /** Read whole lines from a position on, as many as fit and are in one file; their bytes. */
  int read(long at, long to) {
    Segment wanted = lines.segment(at);
    try {
      if (wanted != segment) {
        open(wanted);
      }
      long past = Math.min(to, lines.endOf(segment));
      while (true) {
        int length = (int) Math.min(size, past - at);
        fill(at - segment.start.position, length);
        int whole = Bytes.lastLineEnd(address(), length);
        if (whole > 0 || at + length == past) {
          size = buffer.capacity();
          return whole > 0 ? whole : length;
        }
        grow();
      }
    } catch (IOException problem) {
      throw said(wanted, problem);
    }
  }

  void close() {
    shut();
    Buffers.give(buffer);
  }

  private void open(Segment next) throws IOException {
    shut();
    channel = new FileInputStream(next.file).getChannel();
    segment = next;
  }

  private void fill(long offset, int length) throws IOException {
    buffer.clear();
    buffer.limit(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new NativeSocketError("the spool file " + segment.file + " is short: "
            + buffer.remaining() + " bytes that were received are not in it; after a crash of the "
            + "machine this is what durability=none allows");
      }
    }
  }

  /** A line is longer than what was read. */
  private void grow() {
    if (size == buffer.capacity()) {
      Buffers.give(buffer);
      buffer = Buffers.take((int) Math.min(2L * size, Integer.MAX_VALUE - 8));
    }
    size = buffer.capacity();
  }

  private void shut() {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException problem) {
        // It was only read.
      }
      channel = null;
      segment = null;
    }
  }

  private static RuntimeException said(Segment segment, IOException problem) {
    if (problem instanceof ClosedByInterruptException) {
      return new UncheckedIOException(problem);
    }
    if (problem instanceof FileNotFoundException && !segment.file.exists()) {
      return new NativeSocketError("the spool file " + segment.file + " is gone: it was deleted "
          + "before its lines were read");
    }
    return new NativeSocketError("the spool file " + segment.file + " cannot be read ("
        + problem.getMessage() + ")");
  }
}
