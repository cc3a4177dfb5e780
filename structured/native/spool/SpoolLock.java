package sparkbench.socket;

import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.HashSet;

/**
 * One reader a spool: a lock that the kernel takes back when its holder dies, however it dies.
 *
 * <p>The spooled source takes one that conflicts with it ({@code structured/spooled/lock.py}).
 */
final class SpoolLock {
  private static final String FILE = "lock";

  /** How long the one before may take to go. */
  private static final long WAIT_MS = 5000L;
  private static final long LOOK_MS = 50L;

  /**
   * Directories held by this JVM. The kernel would give a lock of its own process once more, and
   * takes it back when any channel of the file is closed: so the file is not even opened then.
   */
  private static final HashSet HELD = new HashSet();

  private final String folder;
  private RandomAccessFile file;
  private String holder;

  SpoolLock(File given) throws IOException {
    folder = given.getCanonicalPath();
    long deadline = System.nanoTime() + WAIT_MS * 1000000L;
    while (!attempt()) {
      if (System.nanoTime() >= deadline) {
        throw new NativeSocketError("the spool " + given + " is being read by " + holder
            + ": stop that query, or give this one a directory of its own");
      }
      try {
        Thread.sleep(LOOK_MS);
      } catch (InterruptedException problem) {
        Thread.currentThread().interrupt();
        throw new UncheckedIOException(new InterruptedIOException("the query was stopped"));
      }
    }
  }

  private boolean attempt() throws IOException {
    synchronized (HELD) {
      if (!HELD.add(folder)) {
        holder = me();
        return false;
      }
    }
    boolean taken = false;
    try {
      file = new RandomAccessFile(new File(folder, FILE), "rw");
      taken = file.getChannel().tryLock() != null;
      if (taken) {
        file.setLength(0L);
        file.writeBytes(me() + "\n");
      } else {
        String said = file.readLine();
        holder = said == null || said.isEmpty() ? "another process" : said;
      }
    } finally {
      if (!taken) {
        release();
      }
    }
    return taken;
  }

  /** Let the next one in. */
  void release() throws IOException {
    try {
      if (file != null) {
        file.close();
      }
    } finally {
      synchronized (HELD) {
        HELD.remove(folder);
      }
    }
  }

  private static String me() {
    // "pid@host"
    String name = ManagementFactory.getRuntimeMXBean().getName();
    return "process " + name.replaceFirst("@", " on ");
  }
}
