package dev.turnstone.dtls;

/** A DTLS connection failed; {@link #reason} says why in a form that code can decide on. */
public final class DtlsException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why a connection failed. */
  public enum Reason {
    /** The certificate that the peer showed matches none of the fingerprints in its description. */
    FINGERPRINT_MISMATCH,
    /** The handshake did not complete in the configured time. */
    HANDSHAKE_TIMEOUT,
    /** The peer sent a fatal alert; the text names it. */
    ALERT_RECEIVED,
    /**
     * What the peer sent broke the protocol, or no common parameters were found; we sent a fatal
     * alert.
     */
    HANDSHAKE_FAILURE,
    /**
     * The keys have protected as many records as is safe, or so many forged ones came that another
     * might pass; we sent close_notify. A new connection has new keys.
     */
    KEYS_EXHAUSTED,
    /** Something went wrong on our side. */
    INTERNAL_ERROR
  }

  private final Reason reason;

  /** Makes an exception with a text for people and a cause that may be null. */
  public DtlsException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** Why, for code. */
  public Reason reason() {
    return reason;
  }
}
