package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/**
 * SHUTDOWN COMPLETE (RFC 9260 section 3.3.13).
 *
 * @param tagReflected the T bit: the packet carries the receiver's own tag back, because the sender
 *     knows no association (section 8.5.1)
 */
public record ShutdownCompleteChunk(boolean tagReflected) implements Chunk {

  @Override
  public int type() {
    return ChunkType.SHUTDOWN_COMPLETE;
  }

  @Override
  public int flags() {
    return tagReflected ? 1 : 0;
  }

  @Override
  public int valueLength() {
    return 0;
  }

  @Override
  public void writeValue(ByteBuffer into) {}
}
