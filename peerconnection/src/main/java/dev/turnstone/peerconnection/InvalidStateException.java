package dev.turnstone.peerconnection;

/** W3C's InvalidStateError: the call does not fit the state, which the text names. */
public final class InvalidStateException extends IllegalStateException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a text that says what was asked and why it was refused. */
  public InvalidStateException(String message) {
    super(message);
  }

  /** Makes one with a cause. */
  public InvalidStateException(String message, Throwable cause) {
    super(message, cause);
  }
}
