package sparkbench.socket;

import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;
import org.apache.spark.sql.connector.read.streaming.SupportsRealTimeMode;

/**
 * The stream for a Spark with real-time mode: the same, and one partition without an end.
 *
 * <p>Spark plans a batch twice and asks for the same partition both times, so planning changes
 * nothing. The batch's end is where its reader had come to when its time was over.
 */
public final class RealTimeStream extends SocketStream implements SupportsRealTimeMode {
  public RealTimeStream(Settings settings) {
    super(settings);
  }

  public void prepareForRealTimeMode() {
    takeRows("real-time mode");
  }

  public InputPartition[] planInputPartitions(Offset from) {
    return open(from);
  }

  public Offset mergeOffsets(PartitionOffset[] ends) {
    return merged(ends);
  }

  public PartitionReaderFactory createReaderFactory() {
    return new RealTimeReaders();
  }
}
