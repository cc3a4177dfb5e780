package sparkbench.socket;

/** A range without an end yet, and how many records lie before it. */
class OpenPartition extends LinePartition {
  private static final long serialVersionUID = 1L;

  final Mark start;

  OpenPartition(String stream, Settings settings, Mark start) {
    super(stream, settings, start.position, LinePartition.OPEN);
    this.start = start;
  }

  /** Where it is read, as Spark's scheduler names it; null where that does not matter. */
  String place() {
    return null;
  }
}
