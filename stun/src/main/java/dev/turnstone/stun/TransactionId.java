package dev.turnstone.stun;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * The 96 bits that tie a response to its request (RFC 8489 section 5). Whoever can guess it can
 * forge a response to an unauthenticated request: make it with {@link #random}.
 *
 * @param high the first 4 bytes
 * @param low the last 8 bytes
 */
public record TransactionId(int high, long low) {

  /** A fresh one, uniformly chosen. */
  public static TransactionId random(SecureRandom random) {
    return new TransactionId(random.nextInt(), random.nextLong());
  }

  /** Reads 12 bytes at an index; the buffer's position stays. */
  static TransactionId read(ByteBuffer in, int index) {
    return new TransactionId(in.getInt(index), in.getLong(index + 4));
  }

  /**
   * From its bytes.
   *
   * @throws IllegalArgumentException when there are not 12
   */
  public static TransactionId of(byte[] bytes) {
    if (bytes.length != 12) {
      throw new IllegalArgumentException("a transaction id has 12 bytes, this has " + bytes.length);
    }
    return read(ByteBuffer.wrap(bytes), 0);
  }

  /**
   * That of a message, without parsing it.
   *
   * @param message at least a header, from its position on; the position stays
   */
  public static TransactionId of(ByteBuffer message) {
    return read(message, message.position() + 8);
  }

  void write(ByteBuffer out) {
    out.putInt(high).putLong(low);
  }

  /** Its 24 hexadecimal digits. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%08x%016x", high, low);
  }
}
