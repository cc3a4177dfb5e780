package sparkbench.socket;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.ReportsSourceMetrics;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;

/** The stream of one query, as the driver has it. */
public class SocketStream
    implements MicroBatchStream, SupportsTriggerAvailableNow, ReportsSourceMetrics {
  /** Streams of this JVM by their identity. */
  private static final ConcurrentHashMap LIVE = new ConcurrentHashMap();

  /** What the options admit; Spark hands it back, or a limit of its own (Trigger.Once: none). */
  private static final class Admission implements ReadLimit {
  }

  final Settings settings;
  private final Status status;
  private Lines lines;
  private Receiver receiver;

  public SocketStream(Settings settings) {
    this.settings = settings;
    this.status = new Status(settings.peer());
  }

  /** The lines of a stream that lives in this JVM, or null. */
  static Lines live(String identity) {
    return (Lines) LIVE.get(identity);
  }

  /** Opened when it is first asked for something, so that a plan by itself starts nothing. */
  final synchronized Lines lines() {
    if (lines == null) {
      lines = new MemoryLines(settings.maxHeldBytes);
      receiver = new Receiver(lines, settings, status);
      LIVE.put(lines.identity, lines);
    }
    return lines;
  }

  /** The lines, which are being received by now. */
  final Lines receiving() {
    Lines open = lines();
    receiver.start();
    open.check();
    return open;
  }

  final SocketOffset offset(Mark mark) {
    return new SocketOffset(lines().identity, mark, settings.peer());
  }

  /** The place that an offset names, which must be of this stream and still there. */
  final Mark mark(Offset given) {
    SocketOffset offset = SocketOffset.of(given);
    Lines open = lines();
    if (!offset.stream().equals(open.identity)) {
      throw new NativeSocketError("the checkpoint belongs to a query that has ended, and its lines "
          + "were in memory: to go on without them, start with a new checkpoint; to have lines "
          + "that outlive a query, use spooled_socket");
    }
    Mark mark = offset.mark();
    if (mark.position < open.start().position || mark.position > open.end().position) {
      throw open.lost(mark);
    }
    return mark;
  }

  public Offset initialOffset() {
    return offset(lines().start());
  }

  public Offset deserializeOffset(String json) {
    return SocketOffset.parse(json);
  }

  public Offset latestOffset() {
    return offset(receiving().end());
  }

  public ReadLimit getDefaultReadLimit() {
    return new Admission();
  }

  public Offset latestOffset(Offset from, ReadLimit limit) {
    Mark begin = mark(from);
    Lines open = receiving();
    Mark last = open.end();
    if (limit instanceof Admission && settings.maxRecords > 0) {
      last = open.admitRecords(begin, settings.maxRecords);
    } else if (limit instanceof Admission && settings.maxBytes > 0) {
      last = open.admitBytes(begin, settings.maxBytes);
    }
    if (last.position <= begin.position) {
      open.letOneMoreIn();
      return from;
    }
    return offset(last);
  }

  public Offset reportLatestOffset() {
    return lines == null ? null : offset(lines.end());
  }

  public void prepareForTriggerAvailableNow() {
    throw new NativeSocketError("Trigger.AvailableNow takes what is there when the query starts, "
        + "and in memory that is nothing: use spooled_socket");
  }

  public InputPartition[] planInputPartitions(Offset from, Offset to) {
    needLocal();
    Mark first = mark(from);
    Mark last = mark(to);
    long length = last.position - first.position;
    if (length <= 0) {
      return new InputPartition[0];
    }
    long tasks = (length + settings.partitionBytes - 1) / settings.partitionBytes;
    List made = new ArrayList();
    Mark at = first;
    for (long number = 1; number <= tasks; number++) {
      Mark cut = last;
      if (number < tasks) {
        long wanted = first.position + (long) ((double) length * number / tasks);
        cut = wanted <= at.position ? at : lines().lineEndFrom(wanted, last);
      }
      if (cut.position > at.position) {
        made.add(partition(at, cut));
        at = cut;
      }
    }
    return (InputPartition[]) made.toArray(new InputPartition[0]);
  }

  static void needLocal() {
    SparkContext context = SparkContext.getOrCreate();
    if (!context.isLocal()) {
      throw new NativeSocketError("lines are in the memory of the driver, where executors of "
          + context.master() + " cannot read them: use spooled_socket, or a local master");
    }
  }

  LinePartition partition(Mark from, Mark to) {
    return new LinePartition(lines().identity, settings, from, to);
  }

  public PartitionReaderFactory createReaderFactory() {
    return new Readers();
  }

  public synchronized void commit(Offset end) {
    if (lines == null) {  // Spark commits once more after the end.
      return;
    }
    lines.trim(SocketOffset.of(end).mark());
  }

  public Map metrics(Optional latest) {
    Map found = new HashMap();
    if (lines != null) {
      Mark end = lines.end();
      Mark done = latest.isPresent() ? SocketOffset.of((Offset) latest.get()).mark() : lines.start();
      found.put("bytesHeld", Long.toString(lines.held()));
      found.put("recordsBehind", Long.toString(Math.max(0L, end.records - done.records)));
    }
    return found;
  }

  public void stop() {
    Receiver running;
    Lines open;
    synchronized (this) {
      running = receiver;
      open = lines;
      lines = null;
      receiver = null;
    }
    if (open != null) {
      boolean ended = running.stop();
      LIVE.remove(open.identity);
      if (ended) {
        open.close();
      }
    }
    status.remove();
  }

  public String toString() {
    return "NativeSocket[host: " + settings.host + ", port: " + settings.port + "]";
  }
}
