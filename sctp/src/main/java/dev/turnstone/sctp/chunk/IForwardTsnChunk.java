package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * I-FORWARD-TSN (RFC 8260 section 2.3.1): {@link ForwardTsnChunk} where I-DATA is spoken.
 *
 * @param newCumulativeTsn the TSN to which the receiver is to move on
 * @param skips the streams on which something was given up
 */
public record IForwardTsnChunk(int newCumulativeTsn, List<Skip> skips) implements Chunk {

  /**
   * One stream, ordered or unordered.
   *
   * @param streamId 0 to 65535
   * @param unordered the U bit: which of the stream's two sequences is meant
   * @param mid the largest message identifier that was given up, raw 32 bits
   */
  public record Skip(int streamId, boolean unordered, int mid) {}

  /** Copies the list. */
  public IForwardTsnChunk {
    skips = List.copyOf(skips);
  }

  @Override
  public int type() {
    return ChunkType.I_FORWARD_TSN;
  }

  @Override
  public int valueLength() {
    return 4 + 8 * skips.size();
  }

  @Override
  public void writeValue(ByteBuffer into) {
    into.putInt(newCumulativeTsn);
    for (Skip skip : skips) {
      into.putShort((short) skip.streamId).putShort((short) (skip.unordered ? 1 : 0));
      into.putInt(skip.mid);
    }
  }

  static IForwardTsnChunk parse(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    if (length < 4 || length % 8 != 4) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
    List<Skip> skips = new ArrayList<>(length / 8);
    for (int at = offset + 4; at < offset + length; at += 8) {
      boolean unordered = (in.getShort(at + 2) & 1) != 0;
      skips.add(new Skip(Short.toUnsignedInt(in.getShort(at)), unordered, in.getInt(at + 4)));
    }
    return new IForwardTsnChunk(in.getInt(offset), skips);
  }
}
