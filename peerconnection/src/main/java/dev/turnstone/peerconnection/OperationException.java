package dev.turnstone.peerconnection;

/** W3C's OperationError: the operation could not be done, for a reason that the text gives. */
public final class OperationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a text that says what was asked and why it was refused. */
  public OperationException(String message) {
    super(message);
  }

  /** Makes one with a cause. */
  public OperationException(String message, Throwable cause) {
    super(message, cause);
  }
}
