package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * FORWARD TSN (RFC 3758 section 3.2): the sender has given up what it had not got acknowledged up
 * to a TSN.
 *
 * @param newCumulativeTsn the TSN to which the receiver is to move on
 * @param skips the ordered streams on which something was given up
 */
public record ForwardTsnChunk(int newCumulativeTsn, List<Skip> skips) implements Chunk {

  /**
   * One stream.
   *
   * @param streamId 0 to 65535
   * @param ssn the largest stream sequence number that was given up on it, 0 to 65535
   */
  public record Skip(int streamId, int ssn) {}

  /** Copies the list. */
  public ForwardTsnChunk {
    skips = List.copyOf(skips);
  }

  @Override
  public int type() {
    return ChunkType.FORWARD_TSN;
  }

  @Override
  public int valueLength() {
    return 4 + 4 * skips.size();
  }

  @Override
  public void writeValue(ByteBuffer into) {
    into.putInt(newCumulativeTsn);
    for (Skip skip : skips) {
      into.putShort((short) skip.streamId).putShort((short) skip.ssn);
    }
  }

  static ForwardTsnChunk parse(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    if (length < 4 || length % 4 != 0) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
    List<Skip> skips = new ArrayList<>(length / 4 - 1);
    for (int at = offset + 4; at < offset + length; at += 4) {
      skips.add(
          new Skip(Short.toUnsignedInt(in.getShort(at)), Short.toUnsignedInt(in.getShort(at + 2))));
    }
    return new ForwardTsnChunk(in.getInt(offset), skips);
  }
}
