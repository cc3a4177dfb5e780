package sparkbench.socket;

import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * An append-only stream of whole lines, cut off at the front: one thread appends, others read.
 *
 * <p>A sparse index knows for some places how many records lie before them; what lies between two
 * of these is found by looking.
 */
abstract class Lines {
  /** Places of the index are about so far from each other. */
  private static final long STEP = 1L << 18;

  /** Which stream this is: a checkpoint knows its own from any other. */
  final String identity;

  /** The last of them; where that is not all, {@link #files} has the rest. */
  final Chunks memory = new Chunks();

  private final long most;
  private final TreeMap byPosition = new TreeMap();
  private final TreeMap byRecords = new TreeMap();
  private Mark start;
  private volatile Mark end;
  private boolean oneMore;
  private boolean stopped;
  private String failure;

  Lines(String identity, Mark start, Mark end, long most) {
    this.identity = identity;
    this.start = start;
    this.end = end;
    this.most = most;
    index(start);
    index(end);
  }

  /** Keep whole lines, which lie in a buffer and follow those before {@code at}. */
  abstract void keep(ByteBuffer buffer, int from, int length, Mark at);

  /** A reader of what is not in memory, for the lines from a position on. */
  abstract SegmentReader files(long position);

  /** Spark has committed the batch that ends there. */
  abstract void committed(Mark end);

  /** Nothing in this driver asks for what lies before this place again. */
  abstract void passed(Mark at);

  /** Force to disk what was received so far, where that is promised of each batch. */
  abstract void sync();

  /** The place from which on all is kept if what lies before this one need not be. */
  abstract Mark keptFrom(Mark before);

  /** Let go of what lies before the start, which has just been moved. */
  abstract void release(Mark start);

  /** The sentence for a position before what is kept, or beyond it. */
  abstract NativeSocketError lost(long position);

  /** The sentence for the checkpoint of another stream. */
  abstract NativeSocketError foreign(String other);

  /** The sentence for a place that is not at a line's end. */
  abstract NativeSocketError changed(long position);

  /** Give up what others may want; {@code received}: nobody receives any more. */
  abstract void close(boolean received);

  // --- what there is ----------------------------------------------------------------------------

  synchronized Mark start() {
    return start;
  }

  Mark end() {
    return end;
  }

  long held() {
    Mark now = end;
    return now.position - start().position;
  }

  /** Whole lines between two places. */
  Blocks read(long from, long to) {
    return new Blocks(this, from, to);
  }

  /** Throw unless a position is one that a checkpoint may name. */
  void mustHold(long position) {
    if (position < start().position || position > end.position) {
      throw lost(position);
    }
  }

  /** The last place of the index at or before this position. */
  synchronized Mark near(long position) {
    Map.Entry entry = byPosition.floorEntry(Long.valueOf(position));
    return entry == null ? start : (Mark) entry.getValue();
  }

  /** The last place of the index with so many records before it, or fewer. */
  synchronized Mark nearRecords(long records) {
    Map.Entry entry = byRecords.floorEntry(Long.valueOf(records));
    return entry == null ? start : (Mark) entry.getValue();
  }

  /** Wait until there is something after this position; false when the time is over. */
  boolean await(long position, long deadlineNs) throws InterruptedIOException {
    if (end.position > position) {
      return true;
    }
    synchronized (this) {
      while (end.position <= position) {
        check();
        long left = deadlineNs - System.nanoTime();
        if (left <= 0 || stopped) {
          return false;
        }
        try {
          wait(left / 1000000L, (int) (left % 1000000L));
        } catch (InterruptedException problem) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("the query was stopped");
        }
      }
    }
    return true;
  }

  /** Throw if what receives has given up. */
  synchronized void check() {
    if (failure != null) {
      throw new NativeSocketError(failure);
    }
  }

  // --- the receiver's side ----------------------------------------------------------------------

  /** Lines are received when this returns. */
  void append(ByteBuffer buffer, int from, int length, int records) {
    Mark before = end;
    keep(buffer, from, length, before);
    synchronized (this) {
      end = before.plus(length, records);
      index(end);
      notifyAll();
    }
  }

  /** Lines up to there were received elsewhere, and read. */
  synchronized void reached(Mark mark) {
    end = mark;
    index(mark);
  }

  /** Whether more may come, after waiting for that for some time. */
  synchronized boolean awaitRoom(long millis) throws InterruptedException {
    if (!hasRoom() && millis > 0) {
      wait(millis);
    }
    if (!hasRoom()) {
      return false;
    }
    oneMore = false;
    return true;
  }

  synchronized void fail(String sentence) {
    failure = sentence;
    notifyAll();
  }

  synchronized boolean hasStopped() {
    return stopped;
  }

  synchronized void wake() {
    stopped = true;
    notifyAll();
  }

  // --- the query's side -------------------------------------------------------------------------

  /**
   * Let the receiver read once though there is no room: all it received has gone into batches, but
   * Spark commits the last of them only when it makes the next, for which there must be news.
   */
  synchronized void letOneMoreIn() {
    if (!oneMore && end.position - start.position >= most) {
      oneMore = true;
      notifyAll();
    }
  }

  void trim(Mark before) {
    Mark kept = keptFrom(before);
    synchronized (this) {
      if (kept.position <= start.position) {
        return;
      }
      // First of all, so that who reads what is let go of can see it.
      start = kept;
      byPosition.headMap(Long.valueOf(kept.position)).clear();
      byRecords.headMap(Long.valueOf(kept.records)).clear();
    }
    release(kept);
    synchronized (this) {
      notifyAll();
    }
  }

  /** The end of a batch of {@code records} records at most. */
  Mark admitRecords(Mark from, long records) {
    Mark last = end;
    if (last.records - from.records <= records) {
      return last;
    }
    long wanted = from.records + records;
    Mark at = nearRecords(wanted);
    if (at.position < from.position) {
      at = from;
    }
    Blocks blocks = read(at.position, last.position);
    try {
      while (at.records < wanted && blocks.next()) {
        int lines = Bytes.lines(blocks.address(), blocks.length());
        long missing = wanted - at.records;
        at = lines < missing ? at.plus(blocks.length(), lines)
            : at.plus(Bytes.lineEnd(blocks.address(), blocks.length(), missing), missing);
      }
    } finally {
      blocks.close();
    }
    return at;
  }

  /** The end of a batch of {@code bytes} bytes at most, but of one line at least. */
  Mark admitBytes(Mark from, long bytes) {
    Mark last = end;
    if (last.position - from.position <= bytes) {
      return last;
    }
    long wanted = from.position + bytes;
    Mark at = near(wanted);
    if (at.position < from.position) {
      at = from;
    }
    Blocks blocks = read(at.position, last.position);
    try {
      while (blocks.next()) {
        int inside = (int) Math.min(blocks.length(), wanted - at.position);
        int whole = Bytes.lastLineEnd(blocks.address(), inside);
        if (whole == 0 && at.position == from.position) {
          whole = Bytes.lineEnd(blocks.address(), blocks.length(), 1L);
        }
        at = at.plus(whole, Bytes.lines(blocks.address(), whole));
        if (whole < blocks.length()) {
          break;
        }
      }
    } finally {
      blocks.close();
    }
    return at;
  }

  /** The first line's end at or after a position, none of them beyond {@code past}. */
  long lineEndFrom(long position, long past) {
    long at = position - 1;
    Blocks blocks = read(at, past);
    try {
      while (blocks.next()) {
        int inside = Bytes.lineEnd(blocks.address(), blocks.length(), 1L);
        if (inside > 0) {
          return at + inside;
        }
        at += blocks.length();
      }
    } finally {
      blocks.close();
    }
    return past;
  }

  private boolean hasRoom() {
    return oneMore || end.position - start.position < most;
  }

  /** Note a place after all those noted. */
  final void index(Mark mark) {
    Map.Entry last = byPosition.lastEntry();
    Map.Entry before = last == null ? null : byPosition.lowerEntry(last.getKey());
    if (before != null
        && mark.position - ((Long) before.getKey()).longValue() < STEP) {
      // The end replaces what is too near to the place before.
      byPosition.remove(last.getKey());
      byRecords.remove(Long.valueOf(((Mark) last.getValue()).records));
    }
    byPosition.put(Long.valueOf(mark.position), mark);
    byRecords.put(Long.valueOf(mark.records), mark);
  }
}
