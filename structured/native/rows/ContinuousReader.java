package sparkbench.socket;

import java.io.IOException;
import java.io.InterruptedIOException;
import org.apache.spark.sql.connector.read.streaming.ContinuousPartitionReader;

/** The lines of a query in continuous mode, whose thread waits for them until it is interrupted. */
final class ContinuousReader extends OpenReader implements ContinuousPartitionReader {
  /** How long one wait takes at most, after which another begins. */
  private static final long WAIT_MS = 1000L;

  ContinuousReader(OpenPartition partition) {
    super(partition);
  }

  public boolean next() throws IOException {
    while (!next(WAIT_MS)) {
      if (lines.hasStopped()) {
        // Spark takes an end for an error, and is about to interrupt this thread.
        rest();
      }
    }
    return true;
  }

  private static void rest() throws InterruptedIOException {
    try {
      Thread.sleep(WAIT_MS);
    } catch (InterruptedException problem) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the query was stopped");
    }
  }
}
