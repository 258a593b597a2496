package dev.turnstone.peerconnection;

/** W3C's TypeError of {@code send}: the message is larger than the peer takes. */
public final class MessageTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a text that says what was asked and why it was refused. */
  public MessageTooLargeException(String message) {
    super(message);
  }

  /** Makes one with a cause. */
  public MessageTooLargeException(String message, Throwable cause) {
    super(message, cause);
  }
}
