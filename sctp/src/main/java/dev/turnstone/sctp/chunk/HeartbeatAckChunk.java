package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * HEARTBEAT ACK (RFC 9260 section 3.3.6).
 *
 * @param info what the HEARTBEAT carried, unchanged
 */
public record HeartbeatAckChunk(Parameter.HeartbeatInfo info) implements Chunk {

  @Override
  public int type() {
    return ChunkType.HEARTBEAT_ACK;
  }

  @Override
  public int valueLength() {
    return Tlvs.length(List.of(info));
  }

  @Override
  public void writeValue(ByteBuffer into) {
    Tlvs.write(into, List.of(info));
  }

  static HeartbeatAckChunk parse(ByteBuffer in, int offset, int length)
      throws MalformedPacketException {
    return new HeartbeatAckChunk(Tlvs.heartbeatInfo(in, offset, length));
  }
}
