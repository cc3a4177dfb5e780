package sparkbench.socket;

import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;

/** Ranges of micro-batches are read in columns, one without an end row by row. */
class Readers implements PartitionReaderFactory {
  private static final long serialVersionUID = 1L;

  public PartitionReader createReader(InputPartition partition) {
    throw new UnsupportedOperationException("rows of a range are read in columns");
  }

  public PartitionReader createColumnarReader(InputPartition partition) {
    return new ColumnarLines((LinePartition) partition);
  }

  public boolean supportColumnarReads(InputPartition partition) {
    return ((LinePartition) partition).to != LinePartition.OPEN;
  }
}
