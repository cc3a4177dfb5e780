package sparkbench.socket;

import org.apache.spark.sql.connector.read.InputPartition;

/** A range of a stream for one task to read; {@code to} is null where it has no end yet. */
class LinePartition implements InputPartition {
  private static final long serialVersionUID = 1L;

  final String stream;
  final String peer;
  final String encodingErrors;
  final Mark from;
  final Mark to;

  LinePartition(String stream, Settings settings, Mark from, Mark to) {
    this.stream = stream;
    this.peer = settings.peer();
    this.encodingErrors = settings.encodingErrors;
    this.from = from;
    this.to = to;
  }

  /** The lines, in whatever JVM this is. */
  Blocks open() {
    Lines lines = SocketStream.live(stream);
    if (lines == null) {
      throw new NativeSocketError("the stream of " + peer + " is not in this JVM any more");
    }
    return lines.read(from.position, to.position);
  }
}
