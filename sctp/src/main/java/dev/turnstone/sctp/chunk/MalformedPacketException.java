package dev.turnstone.sctp.chunk;

/**
 * Leads from the byte that is wrong to {@link PacketReader#next}, and no further. Without a stack
 * trace: the peer decides how often it is thrown.
 */
final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1L;

  private final Malformed reason;

  MalformedPacketException(Malformed reason) {
    super(reason.name(), null, false, false);
    this.reason = reason;
  }

  Malformed reason() {
    return reason;
  }
}
