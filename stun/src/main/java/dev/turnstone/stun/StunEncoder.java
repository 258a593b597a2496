package dev.turnstone.stun;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;

/**
 * Writes one message into a buffer, attribute by attribute. {@link #finish} leaves the position
 * behind the message. The order is the wire's: attributes, then integrity, then fingerprint.
 *
 * <p>Every method throws {@link BufferOverflowException} when there is no room; what was written
 * until then is worthless.
 */
public final class StunEncoder {
  private final ByteBuffer out;
  private final int start;
  private final TransactionId id;
  private int rank;

  /** Writes the header at the buffer's position. */
  public StunEncoder(
      ByteBuffer out, MessageClass messageClass, StunMethod method, TransactionId transactionId) {
    this.out = out;
    this.start = out.position();
    this.id = transactionId;
    // RFC 8489 section 5: the bits of method and class interleave: M11..M7 C1 M6..M4 C0 M3..M0.
    int bits = messageClass.bits();
    int code = method.code();
    int type =
        code & 0xF | (code & 0x70) << 1 | (code & 0xF80) << 2 | (bits & 1) << 4 | (bits & 2) << 7;
    out.putShort((short) type).putShort((short) 0).putInt(StunMessage.MAGIC_COOKIE);
    transactionId.write(out);
  }

  /**
   * Adds an attribute.
   *
   * @throws IllegalStateException behind the integrity, where a receiver would ignore it
   */
  public StunEncoder add(StunAttribute attribute) {
    boolean tail =
        attribute instanceof StunAttribute.MessageIntegrity
            || attribute instanceof StunAttribute.MessageIntegritySha256
            || attribute instanceof StunAttribute.Fingerprint;
    if (!tail) {
      advance(0);
    }
    int index = out.position();
    out.putShort((short) attribute.type()).putShort((short) 0);
    AttributeCodec.encode(attribute, out, id);
    int length = out.position() - index - 4;
    out.putShort(index + 2, (short) length);
    AttributeCodec.pad(length, out);
    return this;
  }

  /** Adds MESSAGE-INTEGRITY (HMAC-SHA1), as ICE uses it. */
  public StunEncoder integrity(IntegrityKey key) {
    advance(1);
    return integrity(key, AttributeType.MESSAGE_INTEGRITY, 20);
  }

  /** Adds MESSAGE-INTEGRITY-SHA256 in full length. */
  public StunEncoder integritySha256(IntegrityKey key) {
    return integritySha256(key, 32);
  }

  /**
   * Adds MESSAGE-INTEGRITY-SHA256, truncated.
   *
   * @param length 16 to 32 bytes, a multiple of 4; less than 32 only where the usage allows it
   */
  public StunEncoder integritySha256(IntegrityKey key, int length) {
    if (length < 16 || length > 32 || length % 4 != 0) {
      throw new IllegalArgumentException(
          "MESSAGE-INTEGRITY-SHA256 has 16 to 32 bytes, a multiple of 4; asked for " + length);
    }
    advance(2);
    return integrity(key, AttributeType.MESSAGE_INTEGRITY_SHA256, length);
  }

  private StunEncoder integrity(IntegrityKey key, AttributeType type, int length) {
    int index = out.position();
    byte[] hmac = StunIntegrity.compute(out, start, index, length, key.mac(type));
    out.putShort((short) type.code()).putShort((short) length).put(hmac, 0, length);
    return this;
  }

  /** Adds FINGERPRINT. Nothing can follow. */
  public StunEncoder fingerprint() {
    advance(3);
    int index = out.position();
    putLength(index + 8);
    out.putShort((short) AttributeType.FINGERPRINT.code()).putShort((short) 4);
    out.putInt(StunFingerprint.compute(out, start, index));
    return this;
  }

  /** Completes the header. The message now lies between the start and the buffer's position. */
  public void finish() {
    putLength(out.position());
  }

  private void advance(int to) {
    if (rank > to || to != 0 && rank == to) {
      throw new IllegalStateException("the order is attributes, integrity, fingerprint");
    }
    rank = to;
  }

  private void putLength(int end) {
    int length = end - start - StunMessage.HEADER_LENGTH;
    if (length > 0xFFFF) {
      throw new BufferOverflowException();
    }
    out.putShort(start + 2, (short) length);
  }
}
