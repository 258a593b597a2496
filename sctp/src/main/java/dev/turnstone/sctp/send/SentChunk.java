package dev.turnstone.sctp.send;

/** A DATA or I-DATA chunk that has a TSN: where its bytes are, and what became of it. */
final class SentChunk {

  /** What became of it. */
  enum Fate {
    /** On the way, as far as we know. */
    IN_FLIGHT,
    /** Taken for lost; to be sent again. */
    LOST,
    /** Acknowledged by a gap block; the receiver may still change its mind. */
    ACKED,
    /** Never to be sent again (RFC 3758). */
    ABANDONED
  }

  final int tsn;
  final OutgoingMessage message;
  final int offset;
  final int length;
  final boolean ending;

  /** Bytes that it takes in a packet, header and padding included. */
  private final int wireLength;

  Fate fate = Fate.IN_FLIGHT;
  long sentAtNanos;
  int transmissions;

  /** Miss indications since it was sent last (RFC 9260 section 7.2.4). */
  int misses;

  /** Gap reports made it count as lost. */
  boolean missed;

  /** Only what was sent after this TSN can tell that the chunk is missing. */
  int missAfter;

  SentChunk(
      int tsn, OutgoingMessage message, int offset, int length, boolean ending, int wireLength) {
    this.tsn = tsn;
    this.message = message;
    this.offset = offset;
    this.length = length;
    this.ending = ending;
    this.wireLength = wireLength;
    this.missAfter = tsn;
  }

  /** Bytes that it takes in a packet, header and padding included. */
  int wireLength() {
    return wireLength;
  }
}
