package dev.turnstone.ice.turn;

import dev.turnstone.stun.ChannelData;
import dev.turnstone.stun.StunMessage;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * Cuts what comes over TCP or TLS from a TURN server into messages: STUN tells its length, and
 * ChannelData too, padded to four bytes (RFC 8489 section 6.2.2, RFC 8656 section 12.5). A message
 * that comes whole is not copied; of one that has not come whole yet at most 64 KiB are kept.
 */
public final class TurnDeframer {
  private static final int FIRST_CAPACITY = 2048;
  private static final int PREFIX = 4;
  private static final int MALFORMED = -1;

  private ByteBuffer partial;
  private boolean broken;

  /** At the beginning of a stream. */
  public TurnDeframer() {}

  /**
   * Takes the next bytes.
   *
   * @param bytes all are taken; borrowed for the call
   * @param messages gets each message that is whole now, borrowed for its call
   * @return false when this is no stream of such messages: it must be closed, as nobody can say
   *     where the next one begins
   */
  public boolean handleBytes(ByteBuffer bytes, Consumer<ByteBuffer> messages) {
    while (bytes.hasRemaining() && !broken) {
      if (partial == null) {
        takeWhole(bytes, messages);
      } else {
        takeMore(bytes, messages);
      }
    }
    return !broken;
  }

  private void takeWhole(ByteBuffer bytes, Consumer<ByteBuffer> messages) {
    int length = bytes.remaining() < PREFIX ? Integer.MAX_VALUE : length(bytes, bytes.position());
    if (length == MALFORMED) {
      broken = true;
    } else if (length <= bytes.remaining()) {
      ByteBuffer message = bytes.slice(bytes.position(), length);
      bytes.position(bytes.position() + length);
      deliver(message, messages);
    } else {
      partial = ByteBuffer.allocate(FIRST_CAPACITY);
    }
  }

  private void takeMore(ByteBuffer bytes, Consumer<ByteBuffer> messages) {
    int wanted = partial.position() < PREFIX ? PREFIX : length(partial, 0);
    int taken = Math.min(wanted - partial.position(), bytes.remaining());
    if (taken > partial.remaining()) {
      int capacity = Math.max(partial.position() + taken, Math.min(wanted, partial.capacity() * 2));
      partial = ByteBuffer.allocate(capacity).put(partial.flip());
    }
    partial.put(bytes.slice(bytes.position(), taken));
    bytes.position(bytes.position() + taken);
    int length = partial.position() < PREFIX ? Integer.MAX_VALUE : length(partial, 0);
    if (length == MALFORMED) {
      broken = true;
    } else if (partial.position() == length) {
      ByteBuffer message = partial.flip();
      partial = null;
      deliver(message, messages);
    }
  }

  private void deliver(ByteBuffer message, Consumer<ByteBuffer> messages) {
    if (ChannelData.isChannelData(message) || StunMessage.isStun(message)) {
      messages.accept(message);
    } else {
      broken = true;
    }
  }

  /** How long the message is whose first four bytes are there. */
  private static int length(ByteBuffer bytes, int at) {
    int told = Short.toUnsignedInt(bytes.getShort(at + 2));
    return switch (bytes.get(at) & 0xF0) {
      case 0x40 -> ChannelData.HEADER_LENGTH + (told + 3 & ~3);
      case 0x00, 0x10, 0x20, 0x30 -> told % 4 == 0 ? StunMessage.HEADER_LENGTH + told : MALFORMED;
      default -> MALFORMED;
    };
  }
}
