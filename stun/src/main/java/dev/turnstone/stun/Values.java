package dev.turnstone.stun;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What the attribute records ask of their values. */
final class Values {
  /** The most bytes of a SOFTWARE, REALM, NONCE or reason phrase (127 characters of UTF-8). */
  static final int MAX_TEXT = 763;

  private Values() {}

  static ByteBuffer copy(String what, ByteBuffer bytes, int least, int most) {
    int length = bytes.remaining();
    if (length < least || length > most) {
      throw new IllegalArgumentException(what + " has a wrong length: " + length);
    }
    byte[] copy = new byte[length];
    bytes.get(bytes.position(), copy);
    return ByteBuffer.wrap(copy).asReadOnlyBuffer();
  }

  static void requireUtf8(String what, String text, int most) {
    // Each char takes at most three bytes: only a long text needs counting.
    if (text.length() > most / 3 && text.getBytes(StandardCharsets.UTF_8).length > most) {
      throw new IllegalArgumentException(what + " has more than " + most + " bytes");
    }
  }

  static void requireResolved(InetSocketAddress address) {
    if (address.isUnresolved()) {
      throw new IllegalArgumentException("the address must be resolved");
    }
  }

  static void requireErrorCode(int code) {
    if (code < 300 || code > 699) {
      throw new IllegalArgumentException("an error code is 300 to 699, this is " + code);
    }
  }

  static void requireUnsigned16(String what, int value) {
    if (value < 0 || value > 0xFFFF) {
      throw new IllegalArgumentException(what + " has 16 bits, this is " + value);
    }
  }

  static void requireUnsigned32(String what, long value) {
    if (value < 0 || value > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(what + " has 32 bits, this is " + value);
    }
  }
}
