package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;

/** The fixed fields that INIT and INIT ACK share (RFC 9260 sections 3.3.2 and 3.3.3). */
final class InitFields {
  static final int LENGTH = 16;

  private InitFields() {}

  static void check(int valueLength) throws MalformedPacketException {
    if (valueLength < LENGTH) {
      throw new MalformedPacketException(Malformed.CHUNK_VALUE);
    }
  }

  static void write(
      ByteBuffer into, int tag, long arwnd, int outbound, int inbound, int initialTsn) {
    into.putInt(tag).putInt((int) arwnd);
    into.putShort((short) outbound).putShort((short) inbound).putInt(initialTsn);
  }
}
