package sparkbench.socket;

/** How far one task has come with its records, or a batch with its rows; see {@link Trace}. */
final class Cursor {
  private final Trace trace;
  private final long stream;

  /** Whether it is the rows that are counted. */
  private final boolean counts;

  /** The chunk under way: from {@code first} up to {@code next}, begun and last seen at. */
  private long first;
  private long next;
  private long began;
  private long at;

  /** When the sink had written the last row of the present record; 0 before it has. */
  private long written;

  Cursor(Trace trace, long stream, long first, boolean counts) {
    this.trace = trace;
    this.stream = stream;
    this.first = first;
    this.next = first;
    this.counts = counts;
  }

  /** The sink has written a row. */
  void wrote() {
    if (counts) {
      count();
    } else {
      written = System.nanoTime();
    }
  }

  /** Several tasks write the rows of a batch. */
  synchronized void count() {
    visible(next + 1L, System.nanoTime());
  }

  /** Spark asks for {@code record}: all before it are done with. */
  void asked(long record) {
    if (record > next) {
      long now = written == 0 ? System.nanoTime() : written;
      written = 0L;
      visible(record, now);
    }
  }

  synchronized void visible(long end, long now) {
    if (next > first && now - began > Trace.RESOLUTION_NS) {
      flush();
    }
    if (next == first) {
      began = now;
    }
    next = end;
    at = now;
  }

  /** The record or row after the last one that is visible. */
  synchronized long end() {
    return next;
  }

  synchronized void flush() {
    if (next > first) {
      trace.add(stream, first, next - first, at);
      first = next;
    }
  }

  /** The task is over; Spark may not have asked once more. */
  void close() {
    if (written != 0) {
      asked(next + 1L);
    }
    trace.end(this);
  }
}
