package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * SHUTDOWN (RFC 9260 section 3.3.8).
 *
 * @param cumulativeTsn the last TSN up to which all have arrived at the sender of this
 */
public record ShutdownChunk(int cumulativeTsn) implements Chunk {

  @Override
  public int type() {
    return ChunkType.SHUTDOWN;
  }

  @Override
  public int valueLength() {
    return 4;
  }

  @Override
  public void writeValue(ByteBuffer into) {
    into.putInt(cumulativeTsn);
  }

  static ShutdownChunk parse(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    if (length != 4) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
    return new ShutdownChunk(in.getInt(offset));
  }
}
