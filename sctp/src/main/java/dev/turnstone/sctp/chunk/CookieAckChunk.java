package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/** COOKIE ACK (RFC 9260 section 3.3.12). */
public record CookieAckChunk() implements Chunk {

  @Override
  public int type() {
    return ChunkType.COOKIE_ACK;
  }

  @Override
  public int valueLength() {
    return 0;
  }

  @Override
  public void writeValue(ByteBuffer into) {}
}
