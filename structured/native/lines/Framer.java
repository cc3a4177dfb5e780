package sparkbench.socket;

import java.nio.ByteBuffer;

/**
 * From a socket's bytes to whole lines, as Java's BufferedReader.readLine would cut them.
 *
 * <p>LF, CR and CR LF each end a line, so each leaves as one LF. What follows the last line end
 * waits for the rest of its line. Lines lie one after another in a buffer.
 */
final class Framer {
  /** Bytes to receive at once. */
  private static final int MOST = 1 << 18;

  /** With less room than this a new buffer is taken. */
  private static final int LEAST = 1 << 14;

  static final class LineTooLong extends Exception {
    private static final long serialVersionUID = 1L;
  }

  private final Lines lines;
  private final int longest;
  private ByteBuffer buffer;
  private long address;
  private int taken;
  private int filled;
  private boolean afterCr;

  Framer(Lines lines, int longest) {
    this.lines = lines;
    this.longest = longest;
  }

  /** Room for the next bytes. */
  ByteBuffer space() throws LineTooLong {
    int fragment = filled - taken;
    if (fragment > longest) {
      throw new LineTooLong();
    }
    if (buffer == null || buffer.capacity() - filled < LEAST) {
      ByteBuffer next = Buffers.take(2 * fragment + LEAST);
      long to = Bytes.address(next);
      if (fragment > 0) {
        Bytes.copy(address + taken, to, fragment);
      }
      buffer = next;
      address = to;
      taken = 0;
      filled = fragment;
    }
    buffer.limit(Math.min(buffer.capacity(), filled + MOST));
    buffer.position(filled);
    return buffer;
  }

  /** Append the lines which so many more bytes have completed. */
  void take(int received) throws LineTooLong {
    int from = filled;
    int length = received;
    if (afterCr || Bytes.hasCr(address + from, length)) {
      length = normalise(from, length);
    }
    filled = from + length;
    // What was there before holds no line end.
    int whole = Bytes.lastLineEnd(address + from, length);
    if (whole > 0) {
      int records = Bytes.lines(address + from, whole);
      int total = from + whole - taken;
      if (total > longest) {
        check(total, records);
      }
      lines.append(buffer, taken, total, records);
      taken += total;
    }
  }

  /** The fragment becomes a line: its stream has ended in good order. */
  void finish() {
    if (filled > taken) {
      Bytes.put(address + filled, Bytes.LF);
      lines.append(buffer, taken, filled + 1 - taken, 1);
      filled++;
      taken = filled;
    }
    afterCr = false;
  }

  /** Forget the fragment, as its connection is over; its size. */
  int clear() {
    int size = filled - taken;
    filled = taken;
    afterCr = false;
    return size;
  }

  private int normalise(int from, int received) {
    int skip = 0;
    if (afterCr && received > 0) {
      afterCr = false;
      if (Bytes.get(address + from) == Bytes.LF) {
        skip = 1;
      }
    }
    int length = received - skip;
    if (skip > 0 && length > 0) {
      Bytes.copy(address + from + 1, address + from, length);
    }
    // Its line is over; an LF that comes next belongs to it.
    afterCr = afterCr || length > 0 && Bytes.get(address + from + length - 1) == Bytes.CR;
    return Bytes.normalise(address + from, length);
  }

  /** One look at each line only where one of them could be too long. */
  private void check(int length, int records) throws LineTooLong {
    int at = 0;
    for (int i = 0; i < records; i++) {
      int line = Bytes.lineEnd(address + taken + at, length - at, 1L);
      if (line > longest + 1) {
        throw new LineTooLong();
      }
      at += line;
    }
  }
}
