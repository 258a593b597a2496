package dev.turnstone.datachannel;

/** A channel cannot be created as asked. */
public final class DataChannelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why not. */
  public enum Reason {
    /** Another channel has that id, or one that is not closed on both sides yet. */
    ID_IN_USE,
    /** The peer takes fewer streams than that id needs. */
    ID_TOO_LARGE,
    /** No id is free, or as many channels exist as are allowed. */
    NO_ID_LEFT,
    /** The label has more than 65535 bytes of UTF-8. */
    LABEL_TOO_LONG,
    /** The association is over. */
    CLOSED
  }

  private final Reason reason;

  DataChannelException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** Why the channel cannot be created. */
  public Reason reason() {
    return reason;
  }
}
