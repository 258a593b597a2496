package dev.turnstone.stun;

import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/** Verifies FINGERPRINT (RFC 8489 section 14.7): tells STUN from what only looks like it. */
public final class StunFingerprint {
  private static final int XOR = 0x5354554E;

  private StunFingerprint() {}

  /**
   * Verifies the fingerprint. Never throws on what the buffer holds.
   *
   * @param datagram the message, from position to limit; both stay
   */
  public static Verdict verify(ByteBuffer datagram) {
    int index;
    try {
      Framing.requireWhole(datagram);
      index = Framing.find(datagram, AttributeType.FINGERPRINT);
    } catch (StunParseException e) {
      return Verdict.INVALID;
    }
    if (index < 0) {
      return Verdict.ABSENT;
    }
    boolean right =
        Framing.attributeLength(datagram, index) == 4
            && index + 8 == datagram.limit()
            && datagram.getInt(index + 4) == compute(datagram, datagram.position(), index);
    return right ? Verdict.VALID : Verdict.INVALID;
  }

  /** Over the message up to the attribute; its header's length already counts the attribute. */
  static int compute(ByteBuffer message, int start, int index) {
    CRC32 crc = new CRC32();
    crc.update(message.duplicate().limit(index).position(start));
    return (int) crc.getValue() ^ XOR;
  }
}
