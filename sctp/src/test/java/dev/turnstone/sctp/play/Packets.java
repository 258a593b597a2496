package dev.turnstone.sctp.play;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.zip.CRC32C;

/** Packets whose header is right, whatever follows. */
final class Packets {
  private static final int HEADER = 12;
  private static final int CHECKSUM = 8;

  private Packets() {}

  static byte[] forge(int tag, List<Forgery> chunks, Forgery.Knowledge knowledge) {
    ByteBuffer packet = ByteBuffer.allocate(70_000);
    packet.putShort((short) 5000).putShort((short) 5000).putInt(tag).putInt(0);
    for (Forgery chunk : chunks) {
      chunk.write(packet, knowledge);
    }
    byte[] bytes = new byte[packet.flip().remaining()];
    packet.get(bytes);
    return withChecksum(bytes);
  }

  /** The same bytes with the right checksum; what is shorter than a header stays as it is. */
  static byte[] withChecksum(byte[] packet) {
    if (packet.length < HEADER) {
      return packet;
    }
    byte[] fixed = packet.clone();
    ByteBuffer.wrap(fixed).putInt(CHECKSUM, 0);
    CRC32C crc = new CRC32C();
    crc.update(fixed);
    ByteBuffer.wrap(fixed).putInt(CHECKSUM, Integer.reverseBytes((int) crc.getValue()));
    return fixed;
  }
}
