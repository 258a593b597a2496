package dev.turnstone.dtls;

/** A text is not a fingerprint of RFC 8122 section 5; the message says what is wrong with it. */
public final class MalformedFingerprintException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception with a text for people. */
  public MalformedFingerprintException(String message) {
    super(message);
  }
}
