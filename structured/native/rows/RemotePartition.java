package sparkbench.socket;

import org.apache.spark.TaskContext;

/** A range without an end yet, for an executor that is to be connected itself. */
final class RemotePartition extends OpenPartition {
  private static final long serialVersionUID = 1L;

  final Settings settings;
  final String identity;

  /** Where the task before has read, in the words of Spark's scheduler; null for the first one. */
  final String place;

  RemotePartition(String stream, Settings settings, Mark start, String identity, String place) {
    super(stream, settings, start);
    this.settings = settings;
    this.identity = identity;
    this.place = place;
  }

  public String[] preferredLocations() {
    return place == null ? new String[0] : new String[] {place};
  }

  Lines lines() {
    TaskContext task = TaskContext.get();
    Lines here = Outpost.enter(
        this, place == null && task.attemptNumber() == 0 && task.stageAttemptNumber() == 0);
    if (here == null) {
      // Spark tells the last error of a task that it tries again; the first one is what counts.
      String why = Receiver.unreachable(settings);
      throw new NativeSocketError(why != null ? why : "the task that was connected to " + peer
          + " has failed (the log of its executor says why), and what it had received is gone: "
          + "start the query anew, with a new checkpoint");
    }
    return here;
  }

  void done(Lines lines) {
    TaskContext task = TaskContext.get();
    Outpost.leave(stream, task != null && !task.isInterrupted() && !task.isFailed());
  }

  String place() {
    return Outpost.PLACE;
  }
}
