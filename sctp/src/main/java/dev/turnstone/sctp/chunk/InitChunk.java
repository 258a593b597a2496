package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * INIT (RFC 9260 section 3.3.2).
 *
 * @param initiateTag the verification tag that packets to the sender of this carry; 0 is for the
 *     receiver to refuse
 * @param arwnd the sender's receive window in bytes, unsigned 32 bits
 * @param outboundStreams how many streams the sender wants to send on
 * @param inboundStreams how many streams the sender lets the peer send on
 * @param initialTsn the sender's first TSN
 * @param parameters in the order of the wire, unknown ones included: what to do about those is said
 *     by {@link Parameter.UnknownParameter#stops} and {@link Parameter.UnknownParameter#reports}
 */
public record InitChunk(
    int initiateTag,
    long arwnd,
    int outboundStreams,
    int inboundStreams,
    int initialTsn,
    List<Parameter> parameters)
    implements Chunk {

  /** Copies the list. */
  public InitChunk {
    parameters = List.copyOf(parameters);
  }

  @Override
  public int type() {
    return ChunkType.INIT;
  }

  @Override
  public int valueLength() {
    return InitFields.LENGTH + Tlvs.length(parameters);
  }

  @Override
  public void writeValue(ByteBuffer into) {
    InitFields.write(into, initiateTag, arwnd, outboundStreams, inboundStreams, initialTsn);
    Tlvs.write(into, parameters);
  }

  /** The chunk as it stands on the wire, without padding at its end: what SNAP carries. */
  public ByteBuffer toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(HEADER_LENGTH + valueLength());
    bytes.put((byte) type()).put((byte) flags()).putShort((short) bytes.capacity());
    writeValue(bytes);
    return bytes.flip();
  }

  /**
   * Reads what {@link #toBytes} writes, padded or not.
   *
   * @param chunk what is between position and limit, which stay; borrowed as long as the parameters
   *     are in use
   * @return null when it is not one whole INIT
   */
  public static InitChunk ofBytes(ByteBuffer chunk) {
    ByteBuffer in = chunk.slice();
    if (in.remaining() < HEADER_LENGTH || Byte.toUnsignedInt(in.get(0)) != ChunkType.INIT) {
      return null;
    }
    int length = Short.toUnsignedInt(in.getShort(2));
    if (length < HEADER_LENGTH
        || in.remaining() != length && in.remaining() != Bytes.padded(length)) {
      return null;
    }
    try {
      return parse(in, HEADER_LENGTH, length - HEADER_LENGTH);
    } catch (MalformedPacketException wrong) {
      return null;
    }
  }

  static InitChunk parse(ByteBuffer in, int offset, int length) throws MalformedPacketException {
    InitFields.check(length);
    return new InitChunk(
        in.getInt(offset),
        Integer.toUnsignedLong(in.getInt(offset + 4)),
        Short.toUnsignedInt(in.getShort(offset + 8)),
        Short.toUnsignedInt(in.getShort(offset + 10)),
        in.getInt(offset + 12),
        Tlvs.parameters(in, offset + InitFields.LENGTH, length - InitFields.LENGTH));
  }
}
