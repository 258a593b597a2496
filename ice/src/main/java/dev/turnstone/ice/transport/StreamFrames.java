package dev.turnstone.ice.transport;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Datagrams in a stream, each after its length in two bytes (RFC 4571 section 2), sans-IO. One for
 * each direction of a stream that is read.
 */
final class StreamFrames {
  private static final int LENGTH_BYTES = 2;

  /** A frame that has not come whole: its length and what there is of it. */
  private ByteBuffer partial = ByteBuffer.allocate(2048);

  /**
   * Takes what came.
   *
   * @param bytes cut anywhere; borrowed for the call
   * @param onFrame hears each datagram that is whole; the bytes are borrowed for its call
   */
  void handle(ByteBuffer bytes, Consumer<ByteBuffer> onFrame) {
    while (bytes.hasRemaining()) {
      if (partial.position() == 0 && bytes.remaining() >= LENGTH_BYTES) {
        int length = Short.toUnsignedInt(bytes.getShort(bytes.position()));
        if (bytes.remaining() >= LENGTH_BYTES + length) {
          // The usual case: whole in one read, so nothing is copied.
          bytes.position(bytes.position() + LENGTH_BYTES);
          onFrame.accept(bytes.slice(bytes.position(), length));
          bytes.position(bytes.position() + length);
          continue;
        }
      }
      take(bytes, onFrame);
    }
  }

  private void take(ByteBuffer bytes, Consumer<ByteBuffer> onFrame) {
    while (partial.position() < LENGTH_BYTES) {
      if (!bytes.hasRemaining()) {
        return;
      }
      partial.put(bytes.get());
    }
    int whole = LENGTH_BYTES + Short.toUnsignedInt(partial.getShort(0));
    if (whole > partial.capacity()) {
      // At most 64 KiB, which the length in two bytes bounds.
      ByteBuffer larger = ByteBuffer.allocate(whole);
      larger.put(partial.flip());
      partial = larger;
    }
    int missing = Math.min(whole - partial.position(), bytes.remaining());
    partial.put(bytes.slice(bytes.position(), missing));
    bytes.position(bytes.position() + missing);
    if (partial.position() == whole) {
      onFrame.accept(partial.slice(LENGTH_BYTES, whole - LENGTH_BYTES));
      partial.clear();
    }
  }

  /** A datagram of up to 65,535 bytes as it goes into a stream. */
  static ByteBuffer frame(ByteBuffer packet) {
    ByteBuffer frame = ByteBuffer.allocate(LENGTH_BYTES + packet.remaining());
    frame.putShort((short) packet.remaining()).put(packet.duplicate());
    return frame.flip();
  }
}
