package sparkbench.socket;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Which spool a directory holds: a name drawn once ({@code structured/spooled/identity.py}). */
final class Identity {
  static final String FILE = "spool.json";

  /** The layout of the directory; a newer one is refused. */
  private static final int FORMAT = 1;

  private Identity() {
  }

  /** Draw a name and store it for good. */
  static String make(File folder) throws IOException {
    String identity = draw();
    File temporary = new File(folder, FILE + ".tmp");
    FileOutputStream out = new FileOutputStream(temporary);
    try {
      String text = "{\"format\": " + FORMAT + ", \"spool\": \"" + identity + "\"}";
      out.write(text.getBytes(StandardCharsets.US_ASCII));
      out.getFD().sync();
    } finally {
      out.close();
    }
    if (!temporary.renameTo(new File(folder, FILE))) {
      throw new IOException(FILE + " cannot be put in its place");
    }
    SegmentWriter.force(folder);
    return identity;
  }

  /** The stored name, null where there is no spool. */
  static String read(File folder) throws IOException {
    File file = new File(folder, FILE);
    if (!file.exists()) {
      return null;
    }
    JsonNode stored = null;
    try {
      stored = new ObjectMapper().readTree(file);
    } catch (com.fasterxml.jackson.core.JsonProcessingException problem) {
      // Told below.
    }
    if (stored == null || ((JsonNode) stored.path("format")).asInt() != FORMAT
        || !((JsonNode) stored.path("spool")).isTextual()) {
      throw new NativeSocketError(file
          + " is not of a spool this version knows: use another directory");
    }
    return ((JsonNode) stored.path("spool")).asText();
  }

  static String draw() {
    return UUID.randomUUID().toString().replace("-", "");
  }
}
