package sparkbench.socket;

import java.io.IOException;
import org.apache.spark.sql.connector.read.streaming.SupportsRealTimeRead;

/** The lines of a batch of real-time mode, until its time is over. */
final class RealTimeReader extends OpenReader implements SupportsRealTimeRead {
  RealTimeReader(OpenPartition partition) {
    super(partition);
  }

  /** Spark 4.1 and 4.2. */
  public SupportsRealTimeRead.RecordStatus nextWithTimeout(Long timeoutMs) throws IOException {
    return status(next(timeoutMs.longValue()));
  }

  /** From Spark 4.3 on. */
  public SupportsRealTimeRead.RecordStatus nextWithTimeout(Long startMs, Long timeoutMs)
      throws IOException {
    return status(next(timeoutMs.longValue()));
  }

  private static SupportsRealTimeRead.RecordStatus status(boolean found) {
    return SupportsRealTimeRead.RecordStatus.newStatusWithoutArrivalTime(found);
  }

  public boolean next() {
    throw new UnsupportedOperationException("real-time mode asks with a time");
  }
}
