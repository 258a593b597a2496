package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * ERROR (RFC 9260 section 3.3.10).
 *
 * @param causes what the sender found wrong, at least one by the RFC
 */
public record ErrorChunk(List<ErrorCause> causes) implements Chunk {

  /** Copies the list. */
  public ErrorChunk {
    causes = List.copyOf(causes);
  }

  @Override
  public int type() {
    return ChunkType.ERROR;
  }

  @Override
  public int valueLength() {
    return Tlvs.length(causes);
  }

  @Override
  public void writeValue(ByteBuffer into) {
    Tlvs.write(into, causes);
  }

  static ErrorChunk parse(ByteBuffer in, int offset, int length) throws MalformedPacketException {
    return new ErrorChunk(Tlvs.causes(in, offset, length));
  }
}
