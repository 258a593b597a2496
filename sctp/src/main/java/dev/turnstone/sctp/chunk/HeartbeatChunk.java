package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * HEARTBEAT (RFC 9260 section 3.3.5).
 *
 * @param info what the sender wants to see again
 */
public record HeartbeatChunk(Parameter.HeartbeatInfo info) implements Chunk {

  @Override
  public int type() {
    return ChunkType.HEARTBEAT;
  }

  @Override
  public int valueLength() {
    return Tlvs.length(List.of(info));
  }

  @Override
  public void writeValue(ByteBuffer into) {
    Tlvs.write(into, List.of(info));
  }

  static HeartbeatChunk parse(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    return new HeartbeatChunk(Tlvs.heartbeatInfo(in, offset, length));
  }
}
