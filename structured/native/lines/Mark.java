package sparkbench.socket;

import java.io.Serializable;

/** A place between two lines of the stream: the bytes and the records before it. */
final class Mark implements Serializable {
  private static final long serialVersionUID = 1L;

  static final Mark ZERO = new Mark(0L, 0L);

  final long position;
  final long records;

  Mark(long position, long records) {
    this.position = position;
    this.records = records;
  }

  Mark plus(long bytes, long lines) {
    return new Mark(position + bytes, records + lines);
  }
}
