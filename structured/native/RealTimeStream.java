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
    if (settings.maxRecords > 0 || settings.maxBytes > 0) {
      throw new NativeSocketError("options 'maxRecordsPerTrigger' and 'maxBytesPerTrigger' are of "
          + "micro-batches: real-time mode takes each record as it comes");
    }
  }

  public InputPartition[] planInputPartitions(Offset from) {
    needLocal();
    Mark first = mark(from);
    receiving();
    return new InputPartition[] {new RealTimePartition(key, settings, first)};
  }

  public Offset mergeOffsets(PartitionOffset[] ends) {
    lines().sync();
    return (SocketOffset) ends[0];
  }

  public PartitionReaderFactory createReaderFactory() {
    return new RealTimeReaders();
  }
}
