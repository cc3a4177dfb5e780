package sparkbench.socket;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What the receivers of this JVM are doing, for people and programs to read; one with a spool says
 * it there as well, as the spooled source does ({@code structured/spooled/status.py}).
 */
public final class Status {
  private static final String FILE = "receiver.json";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ConcurrentLinkedQueue ALL = new ConcurrentLinkedQueue();

  private final String peer;
  private String state = "connecting";
  private int connections;
  private int ended;
  private int reset;
  private int fragments;
  private long fragmentBytes;
  private String error = "";
  private File folder;

  /** For {@link #all}. */
  public Status() {
    peer = "";
  }

  Status(String peer) {
    this.peer = peer;
    ALL.add(this);
  }

  /**
   * One line for each: peer, state, connections, ended, reset, fragments, bytes of these, error,
   * parted by tabs. States: connecting, reading, full, waiting, dead.
   */
  public String all() {
    StringBuilder out = new StringBuilder();
    for (Iterator all = ALL.iterator(); all.hasNext();) {
      out.append(((Status) all.next()).line()).append('\n');
    }
    return out.toString();
  }

  /** Name, default and meaning of each option of the source, one a line, parted by tabs. */
  public String options() {
    return Settings.describe();
  }

  synchronized String line() {
    return peer + '\t' + state + '\t' + connections + '\t' + ended + '\t' + reset + '\t' + fragments
        + '\t' + fragmentBytes + '\t' + error;
  }

  void remove() {
    ALL.remove(this);
  }

  /** Say it in a spool too, whose fragments are counted over its whole life. */
  synchronized void keepIn(File spool) {
    try {
      JsonNode before = JSON.readTree(new File(spool, FILE));
      fragments = ((JsonNode) before.path("fragments")).asInt();
      fragmentBytes = ((JsonNode) before.path("fragment_bytes")).asLong();
    } catch (IOException problem) {
      // There is none yet, or none that can be read.
    }
    folder = spool;
    write();
  }

  synchronized int connections() {
    return connections;
  }

  synchronized void connecting(boolean first) {
    state = first ? "connecting" : "waiting";
    write();
  }

  synchronized void connected() {
    state = "reading";
    connections++;
    write();
  }

  synchronized void full(boolean yes) {
    state = yes ? "full" : "reading";
    write();
  }

  synchronized void ended() {
    state = "waiting";
    ended++;
    write();
  }

  synchronized void reset(int fragment) {
    state = "waiting";
    reset++;
    aside(fragment);
  }

  synchronized void aside(int fragment) {
    if (fragment > 0) {
      fragments++;
      fragmentBytes += fragment;
    }
    write();
  }

  synchronized void failed(String sentence) {
    state = "dead";
    error = sentence.replace('\t', ' ').replace('\n', ' ');
    write();
  }

  /** It is news for others; the receiver goes on without. */
  private void write() {
    if (folder == null) {
      return;
    }
    File temporary = new File(folder, FILE + ".tmp");
    try {
      FileOutputStream out = new FileOutputStream(temporary);
      try {
        out.write(json().getBytes(StandardCharsets.UTF_8));
      } finally {
        out.close();
      }
      temporary.renameTo(new File(folder, FILE));
    } catch (IOException problem) {
      // As above.
    }
  }

  private String json() throws JsonProcessingException {
    String pid = ManagementFactory.getRuntimeMXBean().getName().split("@")[0];
    return "{\"peer\": " + JSON.writeValueAsString(peer) + ", \"pid\": " + pid + ", \"state\": \""
        + state + "\", \"connections\": " + connections + ", \"ended\": " + ended
        + ", \"reset\": " + reset + ", \"fragments\": " + fragments + ", \"fragment_bytes\": "
        + fragmentBytes + ", \"error\": "
        + (error.isEmpty() ? "null" : JSON.writeValueAsString(error)) + "}\n";
  }
}
