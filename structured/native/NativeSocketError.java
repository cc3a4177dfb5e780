package sparkbench.socket;

/** The source cannot start or go on; the message is one sentence for the user. */
public final class NativeSocketError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public NativeSocketError(String sentence) {
    super(sentence);
  }
}
