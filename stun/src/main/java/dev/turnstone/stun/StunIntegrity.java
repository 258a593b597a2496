package dev.turnstone.stun;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;

/** Verifies the message integrity (RFC 8489 sections 14.5 and 14.6) on the bytes received. */
public final class StunIntegrity {
  private StunIntegrity() {}

  /**
   * Verifies MESSAGE-INTEGRITY-SHA256 where it is there, else MESSAGE-INTEGRITY. The comparison
   * takes the same time wherever the values differ. Never throws on what the buffer holds.
   *
   * @param datagram the message, from position to limit; both stay
   * @param key of the side that the message is protected with
   */
  public static Verdict verify(ByteBuffer datagram, IntegrityKey key) {
    Verdict strong = verify(datagram, key, AttributeType.MESSAGE_INTEGRITY_SHA256);
    return strong == Verdict.ABSENT
        ? verify(datagram, key, AttributeType.MESSAGE_INTEGRITY)
        : strong;
  }

  private static Verdict verify(ByteBuffer datagram, IntegrityKey key, AttributeType type) {
    int index;
    try {
      Framing.requireWhole(datagram);
      index = Framing.find(datagram, type);
    } catch (StunParseException e) {
      return Verdict.INVALID;
    }
    if (index < 0) {
      return Verdict.ABSENT;
    }
    int length = Framing.attributeLength(datagram, index);
    boolean fits =
        type == AttributeType.MESSAGE_INTEGRITY
            ? length == 20
            : length >= 16 && length <= 32 && length % 4 == 0;
    if (!fits) {
      return Verdict.INVALID;
    }
    byte[] expected = compute(datagram, datagram.position(), index, length, key.mac(type));
    byte[] found = new byte[length];
    datagram.get(index + 4, found);
    return MessageDigest.isEqual(truncated(expected, length), found)
        ? Verdict.VALID
        : Verdict.INVALID;
  }

  /**
   * The HMAC over the message up to the attribute, with the length that the header would have if
   * the attribute were the last (RFC 8489 section 14.5).
   */
  static byte[] compute(ByteBuffer message, int start, int index, int length, Mac mac) {
    int claimed = index + 4 + length - start - StunMessage.HEADER_LENGTH;
    mac.update(message.get(start));
    mac.update(message.get(start + 1));
    mac.update((byte) (claimed >>> 8));
    mac.update((byte) claimed);
    mac.update(message.duplicate().limit(index).position(start + 4));
    return mac.doFinal();
  }

  static byte[] truncated(byte[] hmac, int length) {
    return hmac.length == length ? hmac : Arrays.copyOf(hmac, length);
  }
}
