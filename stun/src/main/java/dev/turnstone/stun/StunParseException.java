package dev.turnstone.stun;

/**
 * The bytes are no STUN message, or a malformed one. The text says what is wrong and quotes nothing
 * that the sender chose. It carries no stack trace: a hostile sender must not make it costly.
 */
public final class StunParseException extends Exception {
  private static final long serialVersionUID = 1L;

  StunParseException(String reason) {
    super(reason, null, false, false);
  }
}
