package sparkbench.socket;

/**
 * Lines between two places, block by block: where they lie in memory, else from files.
 *
 * <p>A block stays as it is until the next one, or until {@link #close}.
 */
final class Blocks {
  private final Lines lines;
  private final long to;
  private long at;
  private Chunks.Chunk chunk;
  private SegmentReader files;
  private long address;
  private int length;

  Blocks(Lines lines, long from, long to) {
    this.lines = lines;
    this.at = from;
    this.to = to;
  }

  /** Go to the next block, which ends with a line's end; false after the last one. */
  boolean next() {
    release();
    if (at >= to) {
      return false;
    }
    if (lines.start().position > at) {
      throw lines.lost(at);
    }
    chunk = lines.memory.read(at);
    if (chunk != null) {
      address = chunk.address + (at - chunk.start);
      length = (int) Math.min(lines.memory.length(chunk, at), to - at);
    } else {
      if (files == null) {
        files = lines.files(at);
      }
      length = files.read(at, to);
      address = files.address();
    }
    at += length;
    if (Bytes.get(address + length - 1) != Bytes.LF) {
      throw lines.changed(at);
    }
    return true;
  }

  long address() {
    return address;
  }

  int length() {
    return length;
  }

  void close() {
    release();
    if (files != null) {
      files.close();
      files = null;
    }
    at = to;
  }

  private void release() {
    if (chunk != null) {
      lines.memory.done(chunk);
      chunk = null;
    }
  }
}
