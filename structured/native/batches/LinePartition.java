package sparkbench.socket;

import org.apache.spark.sql.connector.read.InputPartition;

/** A range of a stream for one task to read. */
class LinePartition implements InputPartition {
  private static final long serialVersionUID = 1L;

  /** The end of what has none yet. */
  static final long OPEN = -1L;

  final String stream;
  final String peer;
  final String encodingErrors;
  final long from;
  final long to;

  LinePartition(String stream, Settings settings, long from, long to) {
    this.stream = stream;
    this.peer = settings.peer();
    this.encodingErrors = settings.encodingErrors;
    this.from = from;
    this.to = to;
  }

  /** The stream, which is in this JVM; to be given to {@link #done}. */
  Lines lines() {
    Lines lines = SocketStream.live(stream);
    if (lines == null) {
      throw new NativeSocketError("the stream of " + peer + " is not in this JVM any more");
    }
    return lines;
  }

  /** Nothing of these lines is read any more. */
  void done(Lines lines) {
  }
}
