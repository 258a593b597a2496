package dev.turnstone.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A 64-bit hash in the manner of FNV-1a, over words instead of bytes. Not for security. */
final class TraceHash {
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private long hash = BASIS;

  void add(long word) {
    hash = mix(hash, word);
  }

  private static long mix(long hash, long word) {
    long product = (hash ^ word) * PRIME;
    // A product carries upwards only: without this the high bits of a word would never reach the
    // low bits of the hash.
    return product ^ product >>> 32;
  }

  /** Adds the remaining bytes; the position stays. */
  void add(ByteBuffer bytes) {
    ByteBuffer words = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    add(words.remaining());
    // Four chains, which a processor follows at once; one would wait for each product.
    if (words.remaining() >= 4 * Long.BYTES) {
      long first = BASIS;
      long second = BASIS + 1;
      long third = BASIS + 2;
      long fourth = BASIS + 3;
      while (words.remaining() >= 4 * Long.BYTES) {
        first = mix(first, words.getLong());
        second = mix(second, words.getLong());
        third = mix(third, words.getLong());
        fourth = mix(fourth, words.getLong());
      }
      add(first);
      add(second);
      add(third);
      add(fourth);
    }
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
