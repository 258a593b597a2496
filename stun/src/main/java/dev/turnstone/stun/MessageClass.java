package dev.turnstone.stun;

/** The class of a STUN message (RFC 8489 section 5). */
public enum MessageClass {
  /** Asks for a response. */
  REQUEST,
  /** Asks for none. */
  INDICATION,
  /** Grants a request. */
  SUCCESS_RESPONSE,
  /** Refuses a request, with an ERROR-CODE. */
  ERROR_RESPONSE;

  private static final MessageClass[] BY_BITS = values();

  static MessageClass ofBits(int bits) {
    return BY_BITS[bits];
  }

  int bits() {
    return ordinal();
  }

  /** Whether this answers a request. */
  public boolean isResponse() {
    return this == SUCCESS_RESPONSE || this == ERROR_RESPONSE;
  }
}
