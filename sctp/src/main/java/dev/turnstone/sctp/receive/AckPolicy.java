package dev.turnstone.sctp.receive;

/**
 * When to acknowledge (RFC 9260 section 6.2). It counts packets and never looks at a clock: the
 * delay is the association's timer. What is wanted stays wanted until a SACK is made, so packets
 * that are read in one go share one SACK.
 */
final class AckPolicy {
  private static final int PACKETS_PER_SACK = 2;

  private boolean dataInPacket;
  private int packets;
  private boolean hadGaps;

  // The first DATA is acknowledged at once: the peer gets its first round trip time, and slow start
  // does not begin with a delay.
  private boolean now = true;

  /** DATA or FORWARD TSN came (RFC 3758 section 3.6: the same rules for both). */
  void dataArrived() {
    dataInPacket = true;
  }

  void wantNow() {
    packets = Math.max(packets, 1);
    now = true;
  }

  /** A packet has been read to its end. */
  void packetEnded(boolean hasGaps) {
    if (!dataInPacket) {
      return;
    }
    dataInPacket = false;
    packets++;
    // RFC 9260 section 6.7: while TSNs are missing, and when the last of them has come, at once.
    if (hasGaps || hadGaps) {
      now = true;
    }
    hadGaps = hasGaps;
  }

  Acknowledgement wanted() {
    if (packets == 0) {
      return Acknowledgement.NONE;
    }
    // RFC 9260 section 6.2: at least every second packet.
    return now || packets >= PACKETS_PER_SACK ? Acknowledgement.NOW : Acknowledgement.DELAYED;
  }

  void sackMade() {
    packets = 0;
    now = false;
  }
}
