package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A 64-bit hash in the manner of FNV-1a, over words instead of bytes. Not for security. */
final class TraceHash {
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long hash = BASIS;

  void add(long word) {
    hash = (hash ^ word) * PRIME;
    // A product carries upwards only: without this the high bits of a word would never reach the
    // low bits of the hash.
    hash ^= hash >>> 32;
  }

  /** Adds the remaining bytes; the position stays. */
  void add(ByteBuffer bytes) {
    ByteBuffer words = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    add(words.remaining());
    while (words.remaining() >= Long.BYTES) {
      add(words.getLong());
    }
    while (words.hasRemaining()) {
      add(words.get());
    }
  }

  long value() {
    return hash;
  }
}
