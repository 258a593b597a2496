package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * COOKIE ECHO (RFC 9260 section 3.3.11).
 *
 * @param cookie the state cookie of the INIT ACK, unchanged
 */
public record CookieEchoChunk(ByteBuffer cookie) implements Chunk {

  @Override
  public int type() {
    return ChunkType.COOKIE_ECHO;
  }

  @Override
  public int valueLength() {
    return cookie.remaining();
  }

  @Override
  public void writeValue(ByteBuffer into) {
    Bytes.put(into, cookie);
  }
}
