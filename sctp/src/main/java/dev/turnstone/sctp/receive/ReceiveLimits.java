package dev.turnstone.sctp.receive;

/**
 * How much an association takes in.
 *
 * @param bufferBytes the receive window at first, when nothing is in it: bytes that are held for
 *     reassembly or reordering, or delivered and not yet consumed
 * @param maxBufferBytes what it may grow to
 * @param maxMessageBytes the largest message that is put together; a peer that sends a larger one
 *     breaks what was agreed
 */
public record ReceiveLimits(int bufferBytes, int maxBufferBytes, int maxMessageBytes) {

  /** 4 MiB: 100 Mbit/s at 300 ms of round trip time. */
  public static final int DEFAULT_BUFFER_BYTES = 4 << 20;

  /** 256 KiB, what browsers send at most unless told otherwise. */
  public static final int DEFAULT_MAX_MESSAGE_BYTES = 256 << 10;

  /** A window of 4 MiB that does not grow. */
  public static final ReceiveLimits DEFAULT =
      new ReceiveLimits(DEFAULT_BUFFER_BYTES, DEFAULT_MAX_MESSAGE_BYTES);

  /** RFC 9260 section 3.3.2: no receive window below this. */
  private static final int SMALLEST_BUFFER = 1500;

  /** A window that does not grow. */
  public ReceiveLimits(int bufferBytes, int maxMessageBytes) {
    this(bufferBytes, bufferBytes, maxMessageBytes);
  }

  /** Checks that every message that is allowed can be put together. */
  public ReceiveLimits {
    if (bufferBytes < SMALLEST_BUFFER) {
      throw new IllegalArgumentException("bufferBytes must be 1500 or more, is " + bufferBytes);
    }
    if (maxBufferBytes < bufferBytes) {
      throw new IllegalArgumentException(
          "maxBufferBytes must be bufferBytes (" + bufferBytes + ") or more, is " + maxBufferBytes);
    }
    if (maxMessageBytes < 1 || maxMessageBytes > bufferBytes) {
      throw new IllegalArgumentException(
          "maxMessageBytes must be 1 to bufferBytes (" + bufferBytes + "), is " + maxMessageBytes);
    }
  }
}
