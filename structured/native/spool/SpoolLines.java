package sparkbench.socket;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lines in the files of a directory, the spool, and the last of them in memory as well.
 *
 * <p>Files, identity, lock and offsets are those of the spooled source ({@code
 * structured/spooled}): either goes on where the other has ended.
 */
final class SpoolLines extends Lines {
  private final File folder;
  private final Settings settings;
  private final SpoolLock lock;
  private final SegmentWriter writer;

  /** Position of the start to {@link Segment}; the last one may grow. */
  private final TreeMap segments;

  /** Ends of the batches that were committed last. */
  private final ArrayDeque committed = new ArrayDeque();
  private long synced = -1L;

  private SpoolLines(File folder, Settings settings, SpoolLock lock, Recovery found) {
    super(found.identity, startOf(found), found.end, settings.maxSpoolBytes);
    this.folder = folder;
    this.settings = settings;
    this.lock = lock;
    this.segments = found.segments;
    this.writer = new SegmentWriter(folder, settings.durability);
    for (Iterator all = segments.values().iterator(); all.hasNext();) {
      index(((Segment) all.next()).start);
    }
    index(found.end);
  }

  /** Take a directory's lock and recover what is there, or make a spool of it. */
  static SpoolLines open(Settings settings, Status status) {
    File folder = new File(settings.spool);
    SpoolLines made = null;
    SpoolLock lock = null;
    try {
      folder.mkdirs();
      lock = new SpoolLock(folder);
      Recovery found = new Recovery(folder);
      if (!settings.durability.equals("none") && !found.segments.isEmpty()) {
        // Its last holder may have been killed before it could.
        SegmentWriter.force(((Segment) found.segments.lastEntry().getValue()).file);
      }
      status.keepIn(folder);
      status.aside(found.torn);
      made = new SpoolLines(folder, settings, lock, found);
    } catch (IOException problem) {
      throw interrupted(problem, new NativeSocketError("the spool " + folder
          + " cannot be made or written (" + problem.getMessage() + ")"));
    } finally {
      if (made == null && lock != null) {
        release(lock);
      }
    }
    return made;
  }

  private static Mark startOf(Recovery found) {
    return found.segments.isEmpty() ? found.end
        : ((Segment) found.segments.firstEntry().getValue()).start;
  }

  // --- files ------------------------------------------------------------------------------------

  SegmentReader files(long position) {
    return new SegmentReader(this);
  }

  /** The file that holds a position. */
  Segment segment(long position) {
    synchronized (segments) {
      Map.Entry entry = segments.floorEntry(Long.valueOf(position));
      if (entry == null) {
        throw lost(position);
      }
      return (Segment) entry.getValue();
    }
  }

  /** The position past a file; of the last one there is none yet. */
  long endOf(Segment segment) {
    synchronized (segments) {
      Long next = (Long) segments.higherKey(Long.valueOf(segment.start.position));
      return next == null ? Long.MAX_VALUE : next.longValue();
    }
  }

  // --- the receiver's side ----------------------------------------------------------------------

  void keep(ByteBuffer buffer, int from, int length, Mark at) {
    try {
      Segment last = last();
      if (last == null || at.position - last.start.position >= settings.fileBytes()) {
        last = new Segment(folder, at);
        writer.open(last);
        synchronized (segments) {
          segments.put(Long.valueOf(at.position), last);
        }
      } else if (!writer.isOpen()) {
        writer.open(last);
      }
      writer.write(buffer, from, length, at.position - last.start.position);
    } catch (IOException problem) {
      throw cannotWrite(problem);
    }
    memory.add(buffer, from, length, at.position);
    memory.forget(at.position + length - settings.maxMemoryBytes);
  }

  private Segment last() {
    synchronized (segments) {
      return segments.isEmpty() ? null : (Segment) segments.lastEntry().getValue();
    }
  }

  // --- the query's side -------------------------------------------------------------------------

  void sync() {
    long upTo = end().position;
    if (settings.durability.equals("batch") && upTo != synced) {
      try {
        writer.sync();
      } catch (IOException problem) {
        throw interrupted(problem, cannotWrite(problem));
      }
      synced = upTo;
    }
  }

  /** Some batches are kept: Spark does not force its commit log to disk. */
  void committed(Mark end) {
    memory.forget(end.position);
    if (committed.isEmpty() || end.position > ((Mark) committed.getLast()).position) {
      committed.add(end);
    }
    if (committed.size() > settings.retainBatches + 1L) {
      committed.remove();
    }
    if (committed.size() > settings.retainBatches) {
      trim((Mark) committed.peek());
    }
  }

  void passed(Mark at) {
    memory.forget(at.position);
  }

  /** The last file stays whatever it holds: its name is where the stream goes on. */
  Mark keptFrom(Mark before) {
    synchronized (segments) {
      Map.Entry entry = segments.floorEntry(Long.valueOf(before.position));
      return entry == null ? start() : ((Segment) entry.getValue()).start;
    }
  }

  void release(Mark start) {
    synchronized (segments) {
      while (((Long) segments.firstKey()).longValue() < start.position) {
        ((Segment) segments.pollFirstEntry().getValue()).file.delete();
      }
    }
  }

  void mustHold(long position) {
    super.mustHold(position);
    if (position > start().position) {
      Blocks blocks = read(position - 1L, position);
      try {
        blocks.next();
      } finally {
        blocks.close();
      }
    }
  }

  void close(boolean received) {
    if (received) {
      memory.clear();
    }
    try {
      writer.close();
    } catch (IOException problem) {
      // All was written.
    }
    release(lock);
  }

  // --- what can be wrong ------------------------------------------------------------------------

  NativeSocketError lost(long position) {
    long ahead = position - end().position;
    return new NativeSocketError(ahead > 0L
        ? "the checkpoint is " + ahead + " bytes ahead of the spool " + folder + ": received lines "
        + "were lost, by a crash of the machine (durability=none) or by files put back or removed; "
        + "to go on without them, start with a new checkpoint"
        : "the checkpoint goes back " + (start().position - position) + " bytes before what the "
        + "spool " + folder + " still holds: its files were deleted after retainBatches batches; "
        + "to go on without them, start with a new checkpoint");
  }

  NativeSocketError foreign(String other) {
    return new NativeSocketError("the checkpoint belongs to the spool " + other + ", and " + folder
        + " holds the spool " + identity + ": give the query the path it had, or start with a new "
        + "checkpoint");
  }

  NativeSocketError changed(long position) {
    return new NativeSocketError("byte " + position + " of the spool " + folder + " is not at a "
        + "line's end: its files were changed by something else");
  }

  private NativeSocketError cannotWrite(IOException problem) {
    String said = String.valueOf(problem.getMessage());
    if (said.contains("No space left") || said.contains("quota")) {
      return new NativeSocketError("the disk of the spool " + folder + " is full ("
          + Settings.size(held()) + " are in it): free some space, or set maxSpoolBytes below what "
          + "the disk has");
    }
    return new NativeSocketError("the spool " + folder + " cannot be written (" + said + ")");
  }

  /** What Spark takes for the end of a query that was stopped, where it is that; else the error. */
  private static RuntimeException interrupted(IOException problem, NativeSocketError error) {
    if (problem instanceof ClosedByInterruptException) {
      return new UncheckedIOException(problem);
    }
    return error;
  }

  private static void release(SpoolLock lock) {
    try {
      lock.release();
    } catch (IOException problem) {
      // The kernel has it back with the file.
    }
  }
}
