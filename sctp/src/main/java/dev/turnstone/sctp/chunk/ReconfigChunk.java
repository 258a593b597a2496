package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * RE-CONFIG (RFC 6525 section 3.1).
 *
 * @param parameters one or two by the RFC, see {@link ReconfigParameter}; in the order of the wire,
 *     unknown ones included
 */
public record ReconfigChunk(List<Parameter> parameters) implements Chunk {

  /** Copies the list. */
  public ReconfigChunk {
    parameters = List.copyOf(parameters);
  }

  @Override
  public int type() {
    return ChunkType.RECONFIG;
  }

  @Override
  public int valueLength() {
    return Tlvs.length(parameters);
  }

  @Override
  public void writeValue(ByteBuffer into) {
    Tlvs.write(into, parameters);
  }

  static ReconfigChunk parse(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    return new ReconfigChunk(Tlvs.parameters(in, offset, length));
  }
}
