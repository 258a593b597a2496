package dev.turnstone.peerconnection;

/** W3C's InvalidModificationError: the description was changed in a way that is not allowed. */
public final class InvalidModificationException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a text that says what was changed. */
  public InvalidModificationException(String message) {
    super(message);
  }
}
