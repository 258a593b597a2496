package dev.turnstone.cli.bench;

import java.nio.ByteBuffer;

/**
 * What the messages of a connection hold, the same for sender and receiver: a pattern, and the
 * message's number at each full KiB. A fragment that is lost, doubled, displaced or left over from
 * another message shows. Not for more than one thread.
 */
final class Content {
  private static final int STEP = 1024;

  private final ByteBuffer message;
  private long number;

  Content(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + 7);
    }
    message = ByteBuffer.wrap(bytes);
  }

  /** The next message, good until the next call. */
  ByteBuffer next() {
    int size = message.capacity();
    if (size < Long.BYTES) {
      message.put(0, (byte) number);
    }
    for (int at = 0; at + Long.BYTES <= size; at += STEP) {
      message.putLong(at, number);
    }
    number++;
    return message.clear();
  }

  /** How many messages there have been. */
  long count() {
    return number;
  }
}
