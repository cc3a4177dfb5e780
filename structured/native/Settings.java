package sparkbench.socket;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.unsafe.types.UTF8String;

/** The options of the source, read and checked; names in any case. */
public final class Settings implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Name, default, meaning. */
  private static final String[][] KNOWN = {
    {"port", "must be given", "the server's port"},
    {"host", "127.0.0.1", "the server's host"},
    {"maxRecordsPerTrigger", "0", "most records of one micro-batch; 0: no limit"},
    {"maxBytesPerTrigger", "0", "most bytes of one micro-batch, though never less than one line; "
        + "0: no limit"},
    {"targetPartitionBytes", "16m", "about how much one task of a micro-batch reads; a batch has "
        + "one partition at least"},
    {"encodingErrors", "replace", "bytes that are not UTF-8: `replace` as Java does, `ignore`, or "
        + "`strict` (the query fails)"},
    {"maxLineBytes", "16m", "a longer line fails the query"},
    {"maxMemoryBytes", "1g", "with so much in memory the socket is read no further until a batch "
        + "is done, which makes the server wait; taken outside the heap and only as needed; with a "
        + "spool, the most that is in memory as well"},
    {"spool", "none", "a directory, made where it does not exist, one for each query: lines are "
        + "kept in its files, and a query goes on from its checkpoint"},
    {"durability", "none", "of the spool: `none`: written, not forced to disk (survives the death "
        + "of every process); `batch`: forced to disk before a batch names it (survives the "
        + "machine's as well); `always`: forced to disk with every write"},
    {"maxSpoolBytes", "4g", "of the spool: at this size the socket is read no further until a "
        + "batch is done, which makes the server wait"},
    {"segmentBytes", "64m", "of the spool: size of one file; whole files are deleted"},
    {"retainBatches", "1", "of the spool: batches kept after Spark has committed them, besides the "
        + "one in progress"},
    {"connectTimeout", "60s", "how long the first connection may take before the query fails; 0: "
        + "for ever"},
    {"reconnectDelay", "100ms", "wait before the first new attempt to connect, doubled each time"},
    {"maxReconnectDelay", "5s", "longest wait between two attempts"},
  };

  /** Of {@link #KNOWN}, what means nothing without a spool. */
  private static final String[] OF_SPOOL =
      {"durability", "maxSpoolBytes", "segmentBytes", "retainBatches"};

  private static final Pattern SIZE = Pattern.compile("(\\d{1,15})\\s*([bkmgt]?)(?:i?b)?");
  private static final Pattern DURATION =
      Pattern.compile("(\\d{1,12}(?:\\.\\d{1,9})?)\\s*(ms|s|min|m|h)?");
  private static final Pattern COUNT = Pattern.compile("\\d{1,18}");

  final String host;
  final int port;
  final long maxRecords;
  final long maxBytes;
  final long partitionBytes;
  final String encodingErrors;
  final int maxLineBytes;
  final long maxMemoryBytes;

  /** The directory, null without one. */
  final String spool;
  final String durability;
  final long maxSpoolBytes;
  final long retainBatches;
  private final long segmentBytes;
  final long connectTimeoutMs;
  final long reconnectDelayMs;
  final long maxReconnectDelayMs;

  Settings(Map given) {
    Map values = new HashMap();
    for (Iterator all = given.entrySet().iterator(); all.hasNext();) {
      Map.Entry entry = (Map.Entry) all.next();
      String name = ((String) entry.getKey()).toLowerCase(Locale.ROOT);
      if (!name.startsWith("__")) {  // an engine's own
        values.put(known(name), entry.getValue());
      }
    }
    host = text(values, "host");
    long wanted = count(values, "port");
    if (wanted < 1 || wanted > 65535) {
      throw bad("port", values.containsKey("port") ? wanted + " is not a port between 1 and 65535"
          : "native_socket needs the server's port; give .option('port', ...)");
    }
    port = (int) wanted;
    maxRecords = count(values, "maxRecordsPerTrigger");
    maxBytes = size(values, "maxBytesPerTrigger", 0L);
    if (maxRecords > 0 && maxBytes > 0) {
      throw new NativeSocketError(
          "options 'maxRecordsPerTrigger' and 'maxBytesPerTrigger' exclude each other");
    }
    partitionBytes = size(values, "targetPartitionBytes", 1L);
    encodingErrors = oneOf(values, "encodingErrors", new String[] {"replace", "ignore", "strict"});
    long longest = size(values, "maxLineBytes", 1L);
    if (longest > 1L << 28) {
      throw bad("maxLineBytes", "must lie between 1 and 256m");
    }
    maxLineBytes = (int) longest;
    maxMemoryBytes = size(values, "maxMemoryBytes", 1L);
    spool = values.containsKey("spool") ? text(values, "spool") : null;
    if ("".equals(spool)) {
      throw bad("spool", "must name a directory");
    }
    for (int i = 0; spool == null && i < OF_SPOOL.length; i++) {
      if (values.containsKey(OF_SPOOL[i])) {
        throw bad(OF_SPOOL[i], "means nothing without a spool; give .option('spool', DIRECTORY)");
      }
    }
    durability = oneOf(values, "durability", new String[] {"none", "batch", "always"});
    maxSpoolBytes = size(values, "maxSpoolBytes", 1L);
    segmentBytes = size(values, "segmentBytes", 1L);
    retainBatches = count(values, "retainBatches");
    connectTimeoutMs = millis(values, "connectTimeout");
    reconnectDelayMs = millis(values, "reconnectDelay");
    maxReconnectDelayMs = millis(values, "maxReconnectDelay");
  }

  /** The size of a file: an eighth of the spool at most, so that deleting files makes room. */
  long fileBytes() {
    return Math.max(1L, Math.min(segmentBytes, maxSpoolBytes / 8L));
  }

  /** Where the lines come from. */
  String peer() {
    return host + ":" + port;
  }

  /** Name, default and meaning of each option, one a line, parted by tabs. */
  public static String describe() {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < KNOWN.length; i++) {
      out.append(KNOWN[i][0]).append('\t').append(KNOWN[i][1]).append('\t').append(KNOWN[i][2]);
      out.append('\n');
    }
    return out.toString();
  }

  static String size(long bytes) {
    String units = "tgmk";
    for (int i = 0; i < 4; i++) {
      long unit = 1L << (10 * (4 - i));
      if (bytes >= unit && bytes % unit == 0) {
        return bytes / unit + units.substring(i, i + 1);
      }
    }
    return Long.toString(bytes);
  }

  private static String known(String name) {
    String near = null;
    int nearest = 4;
    List names = new ArrayList();
    for (int i = 0; i < KNOWN.length; i++) {
      String one = KNOWN[i][0];
      if (one.equalsIgnoreCase(name)) {
        return one;
      }
      names.add(one);
      int away = UTF8String.fromString(one.toLowerCase(Locale.ROOT))
          .levenshteinDistance(UTF8String.fromString(name));
      if (away < nearest) {
        nearest = away;
        near = one;
      }
    }
    throw new NativeSocketError("option '" + name + "' of native_socket is not known; "
        + (near != null ? "did you mean '" + near + "'?" : "it has " + String.join(", ", names)));
  }

  private static NativeSocketError bad(String name, String why) {
    return new NativeSocketError("option '" + name + "': " + why);
  }

  private static String text(Map values, String name) {
    String given = (String) values.get(name);
    if (given != null) {
      return given.trim();
    }
    for (int i = 0; i < KNOWN.length; i++) {
      if (KNOWN[i][0].equals(name)) {
        return KNOWN[i][1];
      }
    }
    throw new IllegalArgumentException(name);
  }

  private static String oneOf(Map values, String name, String[] words) {
    String given = text(values, name).toLowerCase(Locale.ROOT);
    for (int i = 0; i < words.length; i++) {
      if (words[i].equals(given)) {
        return given;
      }
    }
    throw bad(name, "'" + given + "' is none of " + String.join(", ", words));
  }

  private static long count(Map values, String name) {
    if (name.equals("port") && !values.containsKey("port")) {
      return 0L;
    }
    String given = text(values, name);
    if (!COUNT.matcher(given).matches()) {
      throw bad(name, "'" + given + "' is not a whole number");
    }
    return Long.parseLong(given);
  }

  private static long size(Map values, String name, long least) {
    String given = text(values, name);
    Matcher match = SIZE.matcher(given.toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw bad(name, "'" + given + "' is not a size such as 64m or 1g");
    }
    long unit = match.group(2).isEmpty() ? 1L : 1L << (10 * "bkmgt".indexOf(match.group(2)));
    long number = Long.parseLong(match.group(1));
    if (number > (1L << 60) / unit || number * unit < least) {
      throw bad(name, "must be " + least + " or more, and below 1024 petabytes");
    }
    return number * unit;
  }

  private static long millis(Map values, String name) {
    String given = text(values, name);
    Matcher match = DURATION.matcher(given.toLowerCase(Locale.ROOT));
    if (!match.matches()) {
      throw bad(name, "'" + given + "' is not a duration such as 500ms or 5s");
    }
    String unit = match.group(2) == null ? "s" : match.group(2);
    double step = unit.equals("ms") ? 1.0 : unit.equals("s") ? 1e3 : unit.equals("h") ? 3.6e6 : 6e4;
    return Math.round(Double.parseDouble(match.group(1)) * step);
  }
}
