package sparkbench.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.spark.sql.connector.read.streaming.Offset;
import org.apache.spark.sql.connector.read.streaming.PartitionOffset;

/**
 * A place in a stream as Spark stores it, in the words of the spooled source: the stream's name,
 * the bytes and records before the place, and where lines came from when it was made.
 */
public final class SocketOffset extends Offset implements PartitionOffset {
  private static final long serialVersionUID = 1L;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String stream;
  private final String peer;
  private final Mark mark;

  /** In which executor it was read up to there; null where that does not matter. */
  final String place;

  SocketOffset(String stream, Mark mark, String peer, String place) {
    this.place = place;
    this.stream = stream;
    this.mark = mark;
    this.peer = peer;
  }

  static SocketOffset parse(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      JsonNode bytes = part(node, "bytes");
      JsonNode records = part(node, "records");
      if (part(node, "spool").isTextual() && bytes.isIntegralNumber()
          && records.isIntegralNumber()) {
        Mark mark = new Mark(bytes.asLong(), records.asLong());
        return new SocketOffset(
            part(node, "spool").asText(), mark, part(node, "peer").asText(), null);
      }
    } catch (JsonProcessingException problem) {
      // Told below.
    }
    String start = json.length() > 80 ? json.substring(0, 80) : json;
    throw new NativeSocketError("the checkpoint holds " + start
        + ", which is no offset of a native socket: it belongs to a query with another source");
  }

  private static JsonNode part(JsonNode node, String name) {
    return (JsonNode) node.path(name);
  }

  /** Spark hands over what it has read from its log in a class of its own. */
  static SocketOffset of(Offset offset) {
    return offset instanceof SocketOffset ? (SocketOffset) offset : parse(offset.json());
  }

  String stream() {
    return stream;
  }

  Mark mark() {
    return mark;
  }

  public String json() {
    // To the byte as Python writes it: Spark compares offsets as text.
    return "{\"spool\": \"" + stream + "\", \"bytes\": " + mark.position + ", \"records\": "
        + mark.records + ", \"peer\": \"" + peer + "\"}";
  }
}
