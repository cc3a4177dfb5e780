package sparkbench.socket;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;

/** The file at the end of a spool: written by one thread, forced to disk by another as well. */
final class SegmentWriter {
  private final File folder;
  private final boolean forces;
  private final boolean always;
  private FileChannel channel;
  private volatile File file;

  SegmentWriter(File folder, String durability) {
    this.folder = folder;
    this.forces = !durability.equals("none");
    this.always = durability.equals("always");
  }

  boolean isOpen() {
    return channel != null;
  }

  /** Go on in a file, made where it does not exist. */
  void open(Segment segment) throws IOException {
    if (channel != null && forces) {
      channel.force(false);
    }
    FileChannel next = new RandomAccessFile(segment.file, "rw").getChannel();
    if (forces) {
      force(folder);
    }
    close();
    channel = next;
    file = segment.file;
  }

  /** Write at an offset; where that fails the file ends there. */
  void write(ByteBuffer buffer, int from, int length, long offset) throws IOException {
    ByteBuffer rest = (ByteBuffer) buffer.duplicate();
    rest.clear();
    rest.limit(from + length);
    rest.position(from);
    boolean good = false;
    try {
      while (rest.hasRemaining()) {
        channel.write(rest, offset + rest.position() - from);
      }
      if (always) {
        channel.force(false);
      }
      good = true;
    } finally {
      if (!good) {
        cut(offset);
      }
    }
  }

  /** Force what was written to disk; of the files before, {@link #open} has done so. */
  void sync() throws IOException {
    if (file != null) {
      // On a channel of its own, as an interrupt closes the one it meets.
      force(file);
    }
  }

  void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
    }
  }

  static void force(File file) throws IOException {
    FileChannel own = FileChannel.open(file.toPath(),
        new OpenOption[] {StandardOpenOption.READ});
    try {
      own.force(file.isDirectory());
    } finally {
      own.close();
    }
  }

  private void cut(long offset) {
    try {
      channel.truncate(offset);
    } catch (IOException problem) {
      // What is torn is cut off when the spool is opened next.
    }
  }
}
