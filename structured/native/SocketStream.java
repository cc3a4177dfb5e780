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
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;
import org.apache.spark.sql.connector.read.streaming.ReadLimit;
import org.apache.spark.sql.connector.read.streaming.ReportsSourceMetrics;
import org.apache.spark.sql.connector.read.streaming.SupportsTriggerAvailableNow;

/** The stream of one query, as the driver has it. */
public class SocketStream
    implements MicroBatchStream, SupportsTriggerAvailableNow, ReportsSourceMetrics {
  /** The lines of the streams of this JVM, by a key of their own: a spool may be a copy. */
  private static final ConcurrentHashMap LIVE = new ConcurrentHashMap();

  /** What the options admit; Spark hands it back, or a limit of its own (Trigger.Once: none). */
  private static final class Admission implements ReadLimit {
  }

  final Settings settings;
  final String key = Identity.draw();
  private final Status status;
  private final Shipment shipment = new Shipment();
  private Lines lines;
  private Receiver receiver;
  private boolean stopped;
  private boolean rows;

  /** The executor that has read last, where it is one that is connected. */
  private String place;

  /** Where Trigger.AvailableNow ends; null for other triggers. */
  private Mark last;

  public SocketStream(Settings settings) {
    this.settings = settings;
    this.status = new Status(settings.peer());
  }

  /** The lines of a stream that lives in this JVM, or null. */
  static Lines live(String key) {
    return (Lines) LIVE.get(key);
  }

  /** Opened when it is first asked for something, so that a plan by itself starts nothing. */
  final synchronized Lines lines() {
    if (stopped) {
      // Nobody would give the lock of a spool back.
      throw new NativeSocketError("the query has ended");
    }
    if (lines == null) {
      if (settings.spool == null) {
        lines = new MemoryLines(Identity.draw(), settings.maxMemoryBytes);
      } else {
        lines = SpoolLines.open(settings, status);
      }
      receiver = new Receiver(lines, settings, status);
      LIVE.put(key, lines);
    }
    return lines;
  }

  /** The lines, which are being received by now, here or elsewhere. */
  final Lines receiving() {
    Lines open = lines();
    if (!isElsewhere()) {
      receiver.start();
    }
    open.check();
    return open;
  }

  private SocketOffset offset(Mark mark) {
    return new SocketOffset(lines().identity, mark, settings.peer(), null);
  }

  /** The place that an offset names, which must be of this stream and still there. */
  final Mark mark(Offset given) {
    SocketOffset offset = SocketOffset.of(given);
    Lines open = lines();
    if (!offset.stream().equals(open.identity)) {
      throw open.foreign(offset.stream());
    }
    open.mustHold(offset.mark().position);
    return offset.mark();
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
    // Not before the checkpoint is known to be this stream's: what is read from a socket cannot be
    // put back.
    Mark begin = mark(from);
    Lines open = last == null ? receiving() : lines();
    Mark end = open.end();
    if (limit instanceof Admission && settings.maxRecords > 0) {
      end = open.admitRecords(begin, settings.maxRecords);
    } else if (limit instanceof Admission && settings.maxBytes > 0) {
      end = open.admitBytes(begin, settings.maxBytes);
    }
    if (last != null && end.position > last.position) {
      end = last;
    }
    if (end.position <= begin.position) {
      open.letOneMoreIn();
      return from;
    }
    open.sync();
    return offset(end);
  }

  public Offset reportLatestOffset() {
    return lines == null ? null : offset(lines.end());
  }

  public void prepareForTriggerAvailableNow() {
    if (settings.spool == null) {
      throw new NativeSocketError("Trigger.AvailableNow takes what is there when the query starts, "
          + "and in memory that is nothing: give it a spool");
    }
    last = lines().end();
  }

  public InputPartition[] planInputPartitions(Offset from, Offset to) {
    boolean local = isLocal();
    long first = mark(from).position;
    long past = mark(to).position;
    long length = past - first;
    if (length <= 0) {
      return new InputPartition[0];
    }
    long most =
        local ? settings.partitionBytes : Math.min(settings.partitionBytes, Shipment.MOST);
    long tasks = (length + most - 1) / most;
    List made = new ArrayList();
    long at = first;
    for (long number = 1; number <= tasks; number++) {
      long cut = past;
      if (number < tasks) {
        long wanted = first + (long) ((double) length * number / tasks);
        cut = wanted <= at ? at : lines().lineEndFrom(wanted, past);
      }
      if (cut > at) {
        made.add(local ? new LinePartition(key, settings, at, cut) : new ShippedPartition(
            key, settings, at, cut, shipment.put(lines(), at, cut)));
        at = cut;
      }
    }
    return (InputPartition[]) made.toArray(new InputPartition[0]);
  }

  /** All lines from there on as one range without an end, which modes without batches read. */
  final InputPartition[] open(Offset from) {
    Mark first = mark(from);
    Lines open = receiving();
    return new InputPartition[] {isElsewhere()
        ? new RemotePartition(key, settings, first, open.identity, place)
        : new OpenPartition(key, settings, first)};
  }

  /** The end of what the reader of such a range has handed out. */
  final Offset merged(PartitionOffset[] ends) {
    SocketOffset end = (SocketOffset) ends[0];
    if (isElsewhere()) {
      place = end.place;
      lines().reached(end.mark());
    }
    lines().sync();
    return end;
  }

  /** Lines are asked for one by one, from now on. */
  final void takeRows(String mode) {
    if (settings.maxRecords > 0 || settings.maxBytes > 0) {
      throw new NativeSocketError("options 'maxRecordsPerTrigger' and 'maxBytesPerTrigger' are of "
          + "micro-batches: " + mode + " takes each record as it comes");
    }
    if (settings.spool != null && !isLocal()) {
      throw new NativeSocketError(mode + " reads in an executor of "
          + SparkContext.getOrCreate().master() + ", and a spool is the driver's: use micro-batches, "
          + "a local master, or no spool");
    }
    rows = true;
  }

  /** Whether an executor is connected, and not the driver. */
  private boolean isElsewhere() {
    return rows && !isLocal();
  }

  private static boolean isLocal() {
    return SparkContext.getOrCreate().isLocal();
  }

  public PartitionReaderFactory createReaderFactory() {
    return new Readers();
  }

  public synchronized void commit(Offset end) {
    if (lines == null) {  // Spark commits once more after the end.
      return;
    }
    Mark mark = SocketOffset.of(end).mark();
    lines.committed(mark);
    shipment.passed(mark.position);
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
      stopped = true;
      lines = null;
      receiver = null;
    }
    if (open != null) {
      boolean ended = running.stop();
      LIVE.remove(key);
      open.close(ended);
      shipment.passed(Long.MAX_VALUE);
    }
    status.remove();
  }

  public String toString() {
    return "NativeSocket[host: " + settings.host + ", port: " + settings.port + "]";
  }
}
