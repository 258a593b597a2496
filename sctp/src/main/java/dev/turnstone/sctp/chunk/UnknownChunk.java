package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * A chunk of a type that is not known here. Its two highest type bits say what to do (RFC 9260
 * section 3.2).
 *
 * @param type 0 to 255
 * @param flags the eight flag bits
 * @param value the bytes after the header
 */
public record UnknownChunk(int type, int flags, ByteBuffer value) implements Chunk {

  /** Whether the rest of the packet is to be discarded: the highest bit is 0. */
  public boolean stops() {
    return (type & 0x80) == 0;
  }

  /** Whether to tell the sender in an ERROR: the second highest bit is 1. */
  public boolean reports() {
    return (type & 0x40) != 0;
  }

  /** A copy of the whole chunk as it stood on the wire, without padding: what an ERROR quotes. */
  public ByteBuffer toBytes() {
    ByteBuffer copy = ByteBuffer.allocate(HEADER_LENGTH + valueLength());
    copy.put((byte) type).put((byte) flags).putShort((short) copy.capacity());
    Bytes.put(copy, value);
    return copy.flip();
  }

  @Override
  public int valueLength() {
    return value.remaining();
  }

  @Override
  public void writeValue(ByteBuffer into) {
    Bytes.put(into, value);
  }
}
