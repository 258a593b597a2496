package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * PAD (RFC 4820 section 3): fills a packet up to a size, to probe the path for it.
 *
 * @param valueLength how many bytes of nothing follow the header
 */
public record PadChunk(int valueLength) implements Chunk {

  @Override
  public int type() {
    return ChunkType.PAD;
  }

  @Override
  public void writeValue(ByteBuffer into) {
    for (int i = 0; i < valueLength; i++) {
      into.put((byte) 0);
    }
  }
}
