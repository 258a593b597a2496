package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a borrowed buffer needs: what a parsed chunk holds is a slice of the packet and lives as
 * long as the packet does; whoever keeps it copies it.
 */
public final class Bytes {
  private static final ByteBuffer EMPTY = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final int LONGEST_TEXT = 256;

  private Bytes() {}

  /** A copy of what remains in {@code source}, in an array of its own of just that size. */
  public static ByteBuffer copyOf(ByteBuffer source) {
    byte[] copy = new byte[source.remaining()];
    source.get(source.position(), copy);
    return ByteBuffer.wrap(copy);
  }

  /** A buffer without bytes. */
  static ByteBuffer empty() {
    return EMPTY;
  }

  /** Writes what remains in {@code source} and leaves its position where it was. */
  static void put(ByteBuffer into, ByteBuffer source) {
    int length = source.remaining();
    int at = into.position();
    into.put(at, source, source.position(), length);
    into.position(at + length);
  }

  /** Writes zeros up to the next multiple of four after {@code length} bytes. */
  static void pad(ByteBuffer into, int length) {
    for (int i = length; (i & 3) != 0; i++) {
      into.put((byte) 0);
    }
  }

  /** {@code length} rounded up to a multiple of four. */
  static int padded(int length) {
    return (length + 3) & ~3;
  }

  static ByteBuffer ofText(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What the peer wrote, fit for a log: bounded, and nothing in it but printable characters. */
  static String toText(ByteBuffer bytes) {
    int length = Math.min(bytes.remaining(), LONGEST_TEXT);
    ByteBuffer head = bytes.slice(bytes.position(), length);
    StringBuilder text = new StringBuilder(StandardCharsets.UTF_8.decode(head));
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))
          || Character.getType(text.charAt(i)) == Character.FORMAT) {
        text.setCharAt(i, '?');
      }
    }
    return text.toString();
  }
}
