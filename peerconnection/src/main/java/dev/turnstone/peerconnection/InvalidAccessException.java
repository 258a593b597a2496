package dev.turnstone.peerconnection;

/**
 * W3C's InvalidAccessError: the description or argument lacks or contradicts something that is
 * needed.
 */
public final class InvalidAccessException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a text that says what was asked and why it was refused. */
  public InvalidAccessException(String message) {
    super(message);
  }

  /** Makes one with a cause. */
  public InvalidAccessException(String message, Throwable cause) {
    super(message, cause);
  }
}
