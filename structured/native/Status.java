package sparkbench.socket;

import java.util.Iterator;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What the receivers of this JVM are doing, for people and programs to read. */
public final class Status {
  private static final ConcurrentLinkedQueue ALL = new ConcurrentLinkedQueue();

  private final String peer;
  private String state = "connecting";
  private int connections;
  private int ended;
  private int reset;
  private int fragments;
  private long fragmentBytes;
  private String error = "";

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

  synchronized int connections() {
    return connections;
  }

  synchronized void connecting(boolean first) {
    state = first ? "connecting" : "waiting";
  }

  synchronized void connected() {
    state = "reading";
    connections++;
  }

  synchronized void full(boolean yes) {
    state = yes ? "full" : "reading";
  }

  synchronized void ended() {
    state = "waiting";
    ended++;
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
  }

  synchronized void failed(String sentence) {
    state = "dead";
    error = sentence.replace('\t', ' ').replace('\n', ' ');
  }
}
