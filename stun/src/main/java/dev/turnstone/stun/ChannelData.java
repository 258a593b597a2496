package dev.turnstone.stun;

import java.nio.ByteBuffer;

/**
 * A ChannelData message of TURN (RFC 8656 section 12.4): four bytes in front of the data.
 *
 * @param channel 0x4000 to 0x4FFF
 * @param data when parsed, a read-only view of the datagram: borrowed with it
 */
public record ChannelData(int channel, ByteBuffer data) {
  /** The bytes in front of the data. */
  public static final int HEADER_LENGTH = 4;

  /** Checks the ranges. */
  public ChannelData {
    if (channel < 0x4000 || channel > 0x4FFF) {
      throw new IllegalArgumentException("a channel is 0x4000 to 0x4FFF, this is " + channel);
    }
    if (data.remaining() > 0xFFFF) {
      throw new IllegalArgumentException("more data than a ChannelData message holds");
    }
  }

  /** Whether a datagram claims to be ChannelData: its first byte is 64 to 79 (RFC 7983). */
  public static boolean isChannelData(ByteBuffer datagram) {
    return datagram.remaining() >= HEADER_LENGTH
        && (datagram.get(datagram.position()) & 0xF0) == 0x40;
  }

  /**
   * Reads the message that a datagram holds; position and limit stay. Padding behind the data is
   * ignored: over UDP it may be there (RFC 8656 section 12.5).
   *
   * @throws StunParseException when it is malformed; no other exception is thrown
   */
  public static ChannelData parse(ByteBuffer datagram) throws StunParseException {
    if (!isChannelData(datagram)) {
      throw new StunParseException("no ChannelData message");
    }
    int start = datagram.position();
    int length = Short.toUnsignedInt(datagram.getShort(start + 2));
    if (length > datagram.remaining() - HEADER_LENGTH) {
      throw new StunParseException("a ChannelData message is longer than its datagram");
    }
    return new ChannelData(
        Short.toUnsignedInt(datagram.getShort(start)),
        datagram.slice(start + HEADER_LENGTH, length).asReadOnlyBuffer());
  }

  /**
   * Writes the message at the buffer's position; the position of the data stays.
   *
   * @param padded fill up to a multiple of four bytes, as TCP and TLS need it
   * @throws java.nio.BufferOverflowException when there is no room
   */
  public void encode(ByteBuffer out, boolean padded) {
    int length = data.remaining();
    out.putShort((short) channel).putShort((short) length).put(data.duplicate());
    if (padded) {
      AttributeCodec.pad(length, out);
    }
  }
}
