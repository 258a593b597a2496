package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * ABORT (RFC 9260 section 3.3.7).
 *
 * @param tagReflected the T bit: the packet carries the receiver's own tag back, because the sender
 *     knows no association (section 8.5.1)
 * @param causes why; may be empty
 */
public record AbortChunk(boolean tagReflected, List<ErrorCause> causes) implements Chunk {

  /** Copies the list. */
  public AbortChunk {
    causes = List.copyOf(causes);
  }

  @Override
  public int type() {
    return ChunkType.ABORT;
  }

  @Override
  public int flags() {
    return tagReflected ? 1 : 0;
  }

  @Override
  public int valueLength() {
    return Tlvs.length(causes);
  }

  @Override
  public void writeValue(ByteBuffer into) {
    Tlvs.write(into, causes);
  }

  static AbortChunk parse(int flags, ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    return new AbortChunk((flags & 1) != 0, Tlvs.causes(in, offset, length));
  }
}
