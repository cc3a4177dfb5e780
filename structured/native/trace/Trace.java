package sparkbench.socket;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Which records became visible when, of modes that write row by row, in a file, for who measures.
 *
 * <p>Spark tells of a batch when it is over. What is written row by row is seen here: a record is
 * visible when the sink has returned from its last row, or without any row when Spark asks the
 * source for the next record, as all that is done with the one before is done by then. Behind a
 * shuffle rows come without their records, and are counted for each batch. In continuous mode a
 * queue lies between the source's thread and the task: there the n-th row is the n-th record, and
 * the listener is told of each epoch, of whose rows Spark says nothing: {@code epoch}, and in the
 * next line its number, its first row, its rows and the Unix time in microseconds at which it ended.
 *
 * <p>The file: chunks of four 64-bit integers in the machine's byte order, stream, first record,
 * records, Unix time in microseconds at which the last of them became visible; of rows that are
 * counted, -1 - batch, first row of the batch, rows. Those that did so within
 * {@link #RESOLUTION_NS} of the first share a chunk. One trace is open at a time.
 */
public final class Trace implements Runnable {
  /** So many chunks a second at most, 20,000, whatever the rate. */
  static final long RESOLUTION_NS = 50000L;

  /** How long a chunk may stay in memory. */
  private static final long DRAIN_MS = 20L;

  private static final int ENTRY = 32;
  private static final int BUFFER = ENTRY * 2048;
  private static final ThreadLocal OF_TASK = new ThreadLocal();

  private static volatile Trace active;

  private final ConcurrentLinkedQueue cursors = new ConcurrentLinkedQueue();
  private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.nativeOrder());
  private final String[] ports;
  private final FileOutputStream file;
  private final boolean counts;

  /** Who is told of epochs; null where the mode has none. */
  private final Consumer listener;
  private final ConcurrentLinkedQueue epochs = new ConcurrentLinkedQueue();

  /** The record after the last epoch that was noted. */
  private long told;
  private Cursor rows;
  private long batch = -1L;
  private volatile boolean open = true;
  private volatile int readers;
  private volatile String error = "";
  private long wallUs;
  private long nano;

  /** For {@link #start}. */
  public Trace() {
    ports = new String[0];
    file = null;
    counts = false;
    listener = null;
  }

  private Trace(String path, String ports, boolean counts, Consumer listener) throws IOException {
    this.ports = ports.split(",");
    this.file = new FileOutputStream(path, true);
    this.counts = counts;
    this.listener = listener;
    anchor();
  }

  /** A trace of the streams of {@code ports}, "p,q"; {@code counts} the rows of a shuffle. */
  public void start(String path, String ports, boolean counts) throws IOException {
    begin(new Trace(path, ports, counts, null));
  }

  /** The same of a query in continuous mode, of whose epochs a listener is told. */
  public void startEpochs(String path, String port, Consumer listener) throws IOException {
    begin(new Trace(path, port, false, listener));
  }

  private void begin(Trace trace) throws IOException {
    stop();
    active = trace;
    Thread drains = new Thread(active, "sparkbench-trace");
    drains.setDaemon(true);
    drains.start();
  }

  /** Write what there is and be done; without a trace nothing. */
  public void stop() throws IOException {
    Trace ended = active;
    active = null;
    if (ended != null) {
      ended.open = false;
      ended.drain();
      ended.file.close();
    }
  }

  /** How many readers have begun, over all batches. */
  public int readers() {
    Trace now = active;
    return now == null ? 0 : now.readers;
  }

  /** Called by a reader in its task; null where nothing is traced. */
  static Cursor reads(String peer, long record) {
    Trace now = active;
    if (now == null) {
      return null;
    }
    String port = peer.substring(peer.lastIndexOf(':') + 1);
    for (int stream = 0; stream < now.ports.length; stream++) {
      if (now.ports[stream].equals(port)) {
        return now.begin(stream, record);
      }
    }
    return null;
  }

  /** Where the sink's rows of this task are noted; null where nothing is traced. */
  static Cursor writes(long batch) {
    Trace now = active;
    if (now == null) {
      return null;
    }
    if (now.counts) {
      return now.rowsOf(batch);
    }
    if (now.listener != null) {
      return now.present();
    }
    Cursor mine = (Cursor) OF_TASK.get();
    if (mine == null) {
      throw new NativeSocketError("the job deals its rows anew (a shuffle), so they come without "
          + "the records they were made of");
    }
    return mine;
  }

  /** The sink has taken all rows of an epoch. */
  static void ended(long epoch) {
    Trace now = active;
    if (now != null && now.listener != null) {
      now.note(epoch);
    }
  }

  synchronized void note(long epoch) {
    long end = rows == null ? told : rows.end();
    long at = wallUs + (System.nanoTime() - nano) / 1000L;
    epochs.add(epoch + " " + told + " " + (end - told) + " " + at);
    told = end;
  }

  synchronized Cursor rowsOf(long now) {
    if (now != batch) {
      batch = now;
      rows = new Cursor(this, -1L - now, 0L, true);
      cursors.add(rows);
    }
    return rows;
  }

  private Cursor begin(int stream, long record) {
    synchronized (this) {
      readers++;
    }
    if (counts) {
      return null;
    }
    Cursor cursor = new Cursor(this, (long) stream, record, listener != null);
    cursors.add(cursor);
    if (listener != null) {
      synchronized (this) {
        rows = cursor;
        told = record;
      }
      return null;
    }
    OF_TASK.set(cursor);
    return cursor;
  }

  void end(Cursor cursor) {
    OF_TASK.remove();
    cursor.flush();
    cursors.remove(cursor);
  }

  /** Add a chunk whose last record became visible at {@code at} ({@code System.nanoTime}). */
  synchronized void add(long stream, long first, long records, long at) {
    if (buffer.remaining() < ENTRY) {
      write();
    }
    if (at - nano > 1000000000L) {
      anchor();
    }
    buffer.putLong(stream).putLong(first).putLong(records);
    buffer.putLong(wallUs + (at - nano) / 1000L);
    if (!error.isEmpty()) {
      throw new NativeSocketError(error);
    }
  }

  /**
   * The wall clock may be slewed, so what is read of the other one is never carried far. Both are
   * read at once, as nearly as some tries get, since another thread may run in between.
   */
  private void anchor() {
    long apart = Long.MAX_VALUE;
    for (int tries = 0; tries < 5 && apart > 20000L; tries++) {
      long before = System.nanoTime();
      Instant now = Instant.now();
      long after = System.nanoTime();
      if (after - before < apart) {
        apart = after - before;
        nano = before + apart / 2L;
        wallUs = now.getEpochSecond() * 1000000L + now.getNano() / 1000;
      }
    }
  }

  public void run() {
    while (open) {
      try {
        Thread.sleep(DRAIN_MS);
      } catch (InterruptedException ended) {
        return;
      }
      drain();
    }
  }

  private void drain() {
    Cursor present = present();
    for (Iterator all = cursors.iterator(); all.hasNext();) {
      Cursor one = (Cursor) all.next();
      one.flush();
      if (counts && one != present) {
        cursors.remove(one);
      }
    }
    write();
    for (Object epoch = epochs.poll(); epoch != null; epoch = epochs.poll()) {
      listener.accept("epoch\n" + epoch);
    }
  }

  synchronized Cursor present() {
    return rows;
  }

  synchronized void write() {
    try {
      file.write(buffer.array(), 0, buffer.position());
    } catch (IOException problem) {
      if (open) {
        error = "the times of rows cannot be written: " + problem.getMessage();
      }
    }
    buffer.clear();
  }
}
