package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/** SHUTDOWN ACK (RFC 9260 section 3.3.9). */
public record ShutdownAckChunk() implements Chunk {

  @Override
  public int type() {
    return ChunkType.SHUTDOWN_ACK;
  }

  @Override
  public int valueLength() {
    return 0;
  }

  @Override
  public void writeValue(ByteBuffer into) {}
}
