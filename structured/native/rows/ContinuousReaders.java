package sparkbench.socket;

import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.streaming.ContinuousPartitionReader;
import org.apache.spark.sql.connector.read.streaming.ContinuousPartitionReaderFactory;

/** Continuous mode reads row by row. */
final class ContinuousReaders implements ContinuousPartitionReaderFactory {
  private static final long serialVersionUID = 1L;

  public ContinuousPartitionReader createReader(InputPartition partition) {
    return new ContinuousReader((OpenPartition) partition);
  }

  public ContinuousPartitionReader createColumnarReader(InputPartition partition) {
    throw new UnsupportedOperationException("lines without an end are read row by row");
  }
}
