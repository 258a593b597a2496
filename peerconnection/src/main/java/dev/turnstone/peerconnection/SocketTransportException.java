package dev.turnstone.peerconnection;

/** The sockets that were asked for are not there; the text and the cause say why. */
public final class SocketTransportException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a text that says what was asked and why it was refused. */
  public SocketTransportException(String message, Throwable cause) {
    super(message, cause);
  }
}
