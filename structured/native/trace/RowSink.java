package sparkbench.socket;

import org.apache.spark.sql.ForeachWriter;

/**
 * The sink of a measured query that writes row by row: it takes each and notes when. Others do more
 * with it.
 */
public class RowSink extends ForeachWriter {
  private static final long serialVersionUID = 1L;

  private transient Cursor cursor;
  protected transient long batch;

  public boolean open(long partition, long epoch) {
    cursor = null;
    batch = epoch;
    return true;
  }

  public void process(Object row) {
    // Only now: the reader is made after the sink was opened.
    if (cursor == null) {
      cursor = Trace.writes(batch);
    }
    if (cursor != null) {
      cursor.wrote();
    }
  }

  public void close(Throwable problem) {
    if (problem == null) {
      Trace.ended(batch);
    }
  }
}
