package dev.turnstone.sctp.send;

/** A DATA or I-DATA chunk that has a TSN: where its bytes are, and what became of it. */
final class SentChunk {

  /** What became of it. */
  enum Fate {
    /** On the way, as far as we know. */
    IN_FLIGHT,
    /** Taken for lost; to be sent again. */
    LOST,
    /** Not on the way any more; whether it arrived, the SACKs had no room to say yet. */
    UNTOLD,
    /** Acknowledged by a gap block; the receiver may still change its mind. */
    ACKED,
    /** Never to be sent again (RFC 3758). */
    ABANDONED
  }

  final int tsn;
  final OutgoingMessage message;
  final int offset;

  /** Which of its message's fragments it is, from 0. */
  final int fsn;

  final int length;
  final boolean ending;

  /** Bytes that it takes in a packet, header and padding included. */
  private final int wireLength;

  Fate fate = Fate.IN_FLIGHT;
  int transmissions;

  /** When it was sent last, and in which packet; packets count from 1 in the order of sending. */
  long sentAtNanos;

  long packet;

  /** It asked to be acknowledged at once (RFC 7053) when it was sent last. */
  boolean immediate;

  /** What was sent after it showed it to be lost, not a timeout. */
  boolean missed;

  /** The receiver took its gap report back: from now on only the cumulative TSN is believed. */
  boolean reneged;

  // How the association stood when it was sent last: the rate sampler's to write.
  long delivered;
  long deliveredAtNanos;
  long firstSentAtNanos;
  long lost;
  long inFlight;
  boolean appLimited;

  // Its neighbours in the list that it is in: the list's to write.
  SentChunk previous;
  SentChunk next;

  /** The next fragment of a message, of which nothing has been taken for it yet. */
  SentChunk(int tsn, OutgoingMessage message, int length, boolean ending, int wireLength) {
    this.tsn = tsn;
    this.message = message;
    this.offset = message.taken();
    this.fsn = message.fragments();
    this.length = length;
    this.ending = ending;
    this.wireLength = wireLength;
  }

  /** Bytes that it takes in a packet, header and padding included. */
  int wireLength() {
    return wireLength;
  }
}
