package sparkbench.socket;

import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.streaming.ContinuousPartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;

/** The stream of a query in continuous mode: one partition that is read until the query ends. */
final class ContinuousSocketStream extends SocketStream implements ContinuousStream {
  ContinuousSocketStream(Settings settings) {
    super(settings);
  }

  public InputPartition[] planInputPartitions(Offset from) {
    takeRows("continuous mode");
    return open(from);
  }

  public ContinuousPartitionReaderFactory createContinuousReaderFactory() {
    return new ContinuousReaders();
  }

  public Offset mergeOffsets(PartitionOffset[] ends) {
    return merged(ends);
  }
}
