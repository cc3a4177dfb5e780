package sparkbench.socket;

import java.nio.ByteBuffer;

/** Lines that are in memory and nowhere else. */
final class MemoryLines extends Lines {
  MemoryLines(String identity, long most) {
    super(identity, Mark.ZERO, Mark.ZERO, most);
  }

  void keep(ByteBuffer buffer, int from, int length, Mark at) {
    memory.add(buffer, from, length, at.position);
  }

  SegmentReader files(long position) {
    throw lost(position);
  }

  void committed(Mark end) {
    trim(end);
  }

  void passed(Mark at) {
    trim(at);
  }

  void sync() {
  }

  Mark keptFrom(Mark before) {
    return before;
  }

  void release(Mark start) {
    memory.forget(start.position);
  }

  NativeSocketError lost(long position) {
    return new NativeSocketError("the lines before byte " + position + " are no longer in "
        + "memory: their batch was done, or its query has ended");
  }

  NativeSocketError foreign(String other) {
    return new NativeSocketError("the checkpoint belongs to a query that has ended, and its lines "
        + "were in memory: to go on without them, start with a new checkpoint; to have lines "
        + "that outlive a query, give it a spool");
  }

  NativeSocketError changed(long position) {
    return new NativeSocketError("byte " + position + " is not at a line's end: the checkpoint was "
        + "changed by something else");
  }

  void close(boolean received) {
    // The end is kept from nobody, but what is read from now on is told to be lost.
    trim(end().plus(1L, 0L));
    if (received) {
      memory.clear();
    }
  }
}
