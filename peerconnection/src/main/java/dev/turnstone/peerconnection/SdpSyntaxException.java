package dev.turnstone.peerconnection;

/** W3C's sdp-syntax-error: the description is not SDP; the text names the line. */
public final class SdpSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes one with a text that says what was asked and why it was refused. */
  public SdpSyntaxException(String message) {
    super(message);
  }

  /** Makes one with a cause. */
  public SdpSyntaxException(String message, Throwable cause) {
    super(message, cause);
  }
}
