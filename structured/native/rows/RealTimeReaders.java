package sparkbench.socket;

import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;

/** Micro-batches of a Spark with real-time mode are read as ever. */
final class RealTimeReaders extends Readers {
  private static final long serialVersionUID = 1L;

  public PartitionReader createReader(InputPartition partition) {
    return new RealTimeReader((OpenPartition) partition);
  }
}
