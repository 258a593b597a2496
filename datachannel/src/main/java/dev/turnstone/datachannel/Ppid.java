package dev.turnstone.datachannel;

/** Payload protocol identifiers (RFC 8831 section 8). */
final class Ppid {
  static final long DCEP = 50;
  static final long STRING = 51;
  static final long BINARY_PARTIAL = 52;
  static final long BINARY = 53;
  static final long STRING_PARTIAL = 54;
  static final long STRING_EMPTY = 56;
  static final long BINARY_EMPTY = 57;

  private Ppid() {}

  /** SCTP carries no empty message: an empty one has a PPID of its own (RFC 8831 section 6.6). */
  static long of(boolean binary, boolean empty) {
    if (empty) {
      return binary ? BINARY_EMPTY : STRING_EMPTY;
    }
    return binary ? BINARY : STRING;
  }
}
