package dev.turnstone.interop;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.zip.CRC32;

/** A message as a test compares it: text in full, binary by length and CRC-32. */
sealed interface Message {
  /** Bytes of a pattern that are made at a time. */
  int PIECE = 65536;

  /** A text message. */
  record Text(String text) implements Message {
    @Override
    public String toString() {
      return text.length() > 80 ? "text of " + text.length() + " characters" : '"' + text + '"';
    }
  }

  /** A binary message. */
  record Binary(int length, long crc) implements Message {}

  static Message text(String text) {
    return new Text(text);
  }

  static Message binary(ByteBuffer bytes) {
    int length = bytes.remaining();
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return new Binary(length, crc.getValue());
  }

  static Message binary(byte[] bytes) {
    return binary(ByteBuffer.wrap(bytes));
  }

  /** Bytes that both sides can make from a seed. */
  static Message pattern(int seed, int length) {
    Pattern pattern = new Pattern(seed);
    CRC32 crc = new CRC32();
    for (int done = 0; done < length; done += PIECE) {
      crc.update(pattern.next(Math.min(PIECE, length - done)));
    }
    return new Binary(length, crc.getValue());
  }

  /** What the page's script tells of a message. */
  static Message fromPage(Map<?, ?> told) {
    return told.get("text") instanceof String text
        ? new Text(text)
        : new Binary(
            ((Number) told.get("length")).intValue(), ((Number) told.get("crc")).longValue());
  }
}
