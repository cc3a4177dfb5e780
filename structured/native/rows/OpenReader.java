package sparkbench.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Lines one by one as they come, of a range that has no end yet.
 *
 * <p>What has been read is let go of at once: in memory it would be held until Spark commits the
 * batch, three batches later, and nothing in this driver asks for it again. A task that runs again
 * would; it finds the lines in the spool's files, and is refused where there is none.
 */
abstract class OpenReader {
  /** Line ends looked for at once. */
  private static final int MOST = 1024;

  private final OpenPartition partition;
  final Lines lines;
  private final int[] ends = new int[MOST];
  private final GenericInternalRow row = new GenericInternalRow(1);

  /** The end of what was handed out. */
  private Mark at;
  private Blocks blocks;
  private long address;
  private int length;
  private int from;
  private int number;
  private int known;
  private boolean clean;
  private ByteBuffer repaired;
  private final Cursor cursor;

  OpenReader(OpenPartition partition) {
    this.partition = partition;
    this.lines = partition.lines();
    try {
      lines.mustHold(partition.from);
    } catch (NativeSocketError problem) {
      partition.done(lines);  // Nobody closes what was never made.
      throw problem;
    }
    this.at = partition.start;
    this.cursor = Trace.reads(partition.peer, at.records);
  }

  /** Go on to the next line; false when there was none in this time. */
  final boolean next(long timeoutMs) throws IOException {
    if (cursor != null) {
      cursor.asked(at.records);
    }
    if (number == known && !more(timeoutMs)) {
      return false;
    }
    int end = ends[number++];
    row.update(0, text(address + from, end - from));
    at = at.plus(end + 1 - from, 1L);
    from = end + 1;
    return true;
  }

  private UTF8String text(long start, int bytes) {
    if (clean || Bytes.isUtf8(start, bytes)) {
      return UTF8String.fromAddress(null, start, bytes);
    }
    // Kept, as the row points into it until the next one.
    repaired = Bytes.repaired(start, bytes, partition.encodingErrors);
    return UTF8String.fromAddress(null, Bytes.address(repaired), repaired.limit());
  }

  /** Find the ends of some more lines; false when the time is over. */
  private boolean more(long timeoutMs) throws IOException {
    if (from >= length && !block(timeoutMs)) {
      return false;
    }
    known = Bytes.lineEnds(address, from, length, ends);
    number = 0;
    return true;
  }

  private boolean block(long timeoutMs) throws IOException {
    if (blocks == null || !blocks.next()) {
      done();
      if (!lines.await(at.position, System.nanoTime() + timeoutMs * 1000000L)) {
        return false;
      }
      blocks = lines.read(at.position, lines.end().position);
      blocks.next();
    }
    lines.passed(at);
    address = blocks.address();
    length = blocks.length();
    from = 0;
    clean = Bytes.isAscii(address, length) || Bytes.isUtf8(address, length);
    return true;
  }

  private void done() {
    if (blocks != null) {
      blocks.close();
      blocks = null;
    }
  }

  public Object get() {
    return row;
  }

  public PartitionOffset getOffset() {
    return new SocketOffset(lines.identity, at, partition.peer, partition.place());
  }

  public void close() {
    done();
    partition.done(lines);
    if (cursor != null) {
      cursor.close();
    }
  }
}
