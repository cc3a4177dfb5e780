package sparkbench.socket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.HashMap;
import java.util.Map;

/**
 * The connection of a stream in an executor, which reads row by row for a driver elsewhere.
 *
 * <p>It outlives tasks: the next one goes on with what came after the last one's end, and the
 * driver asks for the same executor. It ends with a task that was stopped or failed, or when none
 * has come for a minute.
 */
final class Outpost implements Runnable {
  /** This executor, as Spark's scheduler names it ({@code ExecutorCacheTaskLocation}). */
  static final String PLACE = place();

  private static final long PATIENCE_MS = 60000L;
  private static final Map ALL = new HashMap();

  private final String stream;
  private final Lines lines;
  private final Receiver receiver;
  private final Status status;

  /** Whether a task reads, and since when none does; under the lock of {@link #ALL}. */
  private boolean read;
  private long leftNs;

  private Outpost(RemotePartition wanted) {
    stream = wanted.stream;
    status = new Status(wanted.peer);
    lines = new MemoryLines(wanted.identity, wanted.settings.maxMemoryBytes);
    receiver = new Receiver(lines, wanted.settings, status);
  }

  /** The lines of a stream for a task; null unless it is the {@code first}, which connects. */
  static Lines enter(RemotePartition wanted, boolean first) {
    synchronized (ALL) {
      Outpost here = (Outpost) ALL.get(wanted.stream);
      if (here == null) {
        if (!first) {
          return null;
        }
        here = new Outpost(wanted);
        ALL.put(wanted.stream, here);
        here.receiver.start();
        Thread watch = new Thread(here, "native socket " + wanted.peer);
        watch.setDaemon(true);
        watch.start();
      }
      here.read = true;
      return here.lines;
    }
  }

  /** A task has read; whether another one is to go on. */
  static void leave(String stream, boolean goesOn) {
    synchronized (ALL) {
      Outpost here = (Outpost) ALL.get(stream);
      if (here != null) {
        here.read = false;
        here.leftNs = System.nanoTime();
        if (!goesOn) {
          ALL.remove(stream);
        }
        ALL.notifyAll();
      }
    }
  }

  public void run() {
    synchronized (ALL) {
      try {
        while (ALL.get(stream) == this
            && (read || System.nanoTime() - leftNs < PATIENCE_MS * 1000000L)) {
          ALL.wait(PATIENCE_MS);
        }
      } catch (InterruptedException problem) {
        // The executor ends.
      }
      ALL.remove(stream, this);
    }
    lines.close(receiver.stop());
    status.remove();
  }

  private static String place() {
    String env = "org.apache.spark.SparkEnv";
    Object here = call(env, "get", null);
    return "executor_" + call("org.apache.spark.util.Utils", "localHostName", null) + "_"
        + call(env, "executorId", here);
  }

  /** Not by a plain call, as the compiler does not find all classes that these ones name. */
  private static Object call(String kind, String name, Object on) {
    try {
      Class its = Class.forName(kind);
      MethodHandles.Lookup all = MethodHandles.publicLookup();
      if (on != null) {
        return all.findVirtual(its, name, MethodType.methodType(String.class))
            .invokeWithArguments(new Object[] {on});
      }
      Class gives = name.equals("get") ? its : String.class;
      return all.findStatic(its, name, MethodType.methodType(gives))
          .invokeWithArguments(new Object[0]);
    } catch (Throwable problem) {
      throw new IllegalStateException(problem);
    }
  }
}
