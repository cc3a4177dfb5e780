package sparkbench.socket;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;

/**
 * The thread that reads the socket.
 *
 * <p>The end of a connection in good order ends its last line too; at a reset the line that was
 * under way is counted aside and never joined to what the next connection brings. A peer that has
 * gone is tried again, less and less often.
 */
final class Receiver implements Runnable {
  private static final int ATTEMPT_MS = 5000;
  private static final long LOOK_MS = 500L;

  private final Lines lines;
  private final Settings settings;
  private final Status status;
  private final Framer framer;
  private volatile boolean stopping;
  private volatile SocketChannel connection;
  private Thread thread;

  Receiver(Lines lines, Settings settings, Status status) {
    this.lines = lines;
    this.settings = settings;
    this.status = status;
    this.framer = new Framer(lines, settings.maxLineBytes);
  }

  /** Begin, unless it has begun. */
  synchronized void start() {
    if (thread == null && !stopping) {
      thread = new Thread(this, "native socket receiver " + settings.peer());
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** End the thread; what it has of an unfinished line is counted aside. Whether it has ended. */
  boolean stop() {
    Thread running;
    synchronized (this) {
      stopping = true;
      notifyAll();
      running = thread;
    }
    lines.wake();
    SocketChannel open = connection;
    if (open != null) {
      close(open);
    }
    if (running != null) {
      running.interrupt();
      boolean interrupted = false;
      try {
        running.join(ATTEMPT_MS + LOOK_MS);
      } catch (InterruptedException problem) {
        interrupted = true;
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    return running == null || !running.isAlive();
  }

  public void run() {
    String failure = null;
    try {
      receive();
    } catch (InterruptedException problem) {
      // Told to stop.
    } catch (NativeSocketError problem) {
      failure = problem.getMessage();
    } catch (Framer.LineTooLong problem) {
      failure = settings.peer() + " sent a line of more than " + Settings.size(settings.maxLineBytes)
          + " bytes: raise maxLineBytes, or mend the sender";
    } catch (Throwable problem) {
      failure = "the receiver of " + settings.peer() + " failed: " + problem;
    }
    if (failure != null && !stopping) {
      status.failed(failure);
      lines.fail(failure);
    }
  }

  private void receive() throws InterruptedException, Framer.LineTooLong {
    long delay = 0L;
    while (!pause(delay)) {
      SocketChannel open = connect();
      if (open == null) {
        return;
      }
      long before = lines.end().position;
      try {
        connection = open;
        // Whoever stops it sets the flag first and looks for a connection then.
        if (!stopping) {
          read(open);
        }
      } finally {
        connection = null;
        close(open);
      }
      // One that accepts and closes at once is not asked again and again.
      delay = lines.end().position > before ? settings.reconnectDelayMs : longer(delay);
    }
  }

  /** Whether it is to stop, after waiting for that. */
  synchronized boolean pause(long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1000000L;
    while (!stopping) {
      long left = (until - System.nanoTime() + 999999L) / 1000000L;
      if (left <= 0L) {
        break;
      }
      wait(left);
    }
    return stopping;
  }

  private long longer(long delay) {
    return Math.min(settings.maxReconnectDelayMs, Math.max(settings.reconnectDelayMs, 2 * delay));
  }

  /** A connection, null when told to stop; only the first one must come in time. */
  private SocketChannel connect() throws InterruptedException {
    boolean first = status.connections() == 0;
    status.connecting(first);
    long began = System.nanoTime();
    long delay = 0L;
    while (!pause(delay)) {
      try {
        SocketChannel open = attempt(settings);
        status.connected();
        return open;
      } catch (IOException problem) {
        if (stopping) {
          return null;
        }
        delay = longer(delay);
        long waited = (System.nanoTime() - began) / 1000000L;
        long limit = settings.connectTimeoutMs;
        if (first && limit > 0 && waited + delay > limit) {
          throw new NativeSocketError(
              nobody(settings, " within " + limit / 1000.0 + " s", problem));
        }
      }
    }
    return null;
  }

  private static String said(IOException problem) {
    return problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
  }

  /** Why there is no connection to be had just now, in a sentence; null where there is. */
  static String unreachable(Settings settings) {
    try {
      close(attempt(settings));
      return null;
    } catch (IOException problem) {
      return nobody(settings, "", problem);
    }
  }

  private static String nobody(Settings settings, String within, IOException problem) {
    return "no connection to " + settings.peer() + within + " (" + said(problem) + "): start the "
        + "server first, or give connectTimeout more time";
  }

  private static SocketChannel attempt(Settings settings) throws IOException {
    InetSocketAddress peer = new InetSocketAddress(settings.host, settings.port);
    if (peer.isUnresolved()) {
      throw new IOException("the host is not known");
    }
    SocketChannel open = SocketChannel.open();
    boolean good = false;
    try {
      open.socket().connect(peer, ATTEMPT_MS);
      // Nobody listens at a port of this host, and the kernel has just chosen it for our end.
      if (open.getLocalAddress().equals(open.getRemoteAddress())) {
        throw new IOException("Connection refused");
      }
      open.setOption(StandardSocketOptions.SO_KEEPALIVE, Boolean.TRUE);
      good = true;
    } finally {
      if (!good) {
        close(open);
      }
    }
    return open;
  }

  private void read(SocketChannel open) throws InterruptedException, Framer.LineTooLong {
    framer.clear();
    try {
      while (hasRoom()) {
        int received = open.read(framer.space());
        if (received < 0) {
          framer.finish();
          status.ended();
          return;
        }
        framer.take(received);
      }
    } catch (ClosedChannelException problem) {
      // Told to stop: it says so below.
    } catch (IOException problem) {
      status.reset(framer.clear());
      return;
    }
    status.aside(framer.clear());
  }

  /** False when told to stop; meanwhile the socket is not read, so that the peer waits. */
  private boolean hasRoom() throws InterruptedException {
    if (lines.awaitRoom(0L)) {
      return !stopping;
    }
    status.full(true);
    while (!stopping) {
      if (lines.awaitRoom(LOOK_MS)) {
        status.full(false);
        return true;
      }
    }
    return false;
  }

  private static void close(SocketChannel open) {
    try {
      open.close();
    } catch (IOException problem) {
      // It is closed as far as it can be.
    }
  }
}
