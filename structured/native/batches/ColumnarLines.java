package sparkbench.socket;

import java.nio.ByteBuffer;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The lines of a range in columns of some thousands, which point to where the bytes lie. */
final class ColumnarLines implements PartitionReader {
  private static final int ROWS = 4096;

  private final LinePartition partition;
  private final LineVector vector = new LineVector(ROWS);
  private final ColumnarBatch batch = new ColumnarBatch(new ColumnVector[] {vector});
  private Lines lines;
  private Blocks blocks;
  private long address;
  private int length;
  private int at;

  /** Keeps a block's repaired copy alive. */
  private ByteBuffer repaired;

  ColumnarLines(LinePartition partition) {
    this.partition = partition;
  }

  public boolean next() {
    if (blocks == null) {
      lines = partition.lines();
      blocks = lines.read(partition.from, partition.to);
    }
    while (at >= length) {
      if (!blocks.next()) {
        return false;
      }
      address = blocks.address();
      length = blocks.length();
      at = 0;
      if (!Bytes.isAscii(address, length) && !Bytes.isUtf8(address, length)) {
        repaired = Bytes.repaired(address, length, partition.encodingErrors);
        address = Bytes.address(repaired);
        length = repaired.limit();
      }
    }
    int rows = vector.fill(address, at, length);
    at = vector.past();
    batch.setNumRows(rows);
    return true;
  }

  public Object get() {
    return batch;
  }

  public void close() {
    if (blocks != null) {
      blocks.close();
      partition.done(lines);
    }
    repaired = null;
  }
}
