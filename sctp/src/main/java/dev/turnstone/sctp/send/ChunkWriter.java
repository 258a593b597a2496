package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.PacketWriter;

/** The bytes of a fragment in a packet, as DATA or as I-DATA. */
final class ChunkWriter {
  private final boolean interleaving;
  private final int overhead;
  private final int baseRoom;
  private int largestFragment;

  ChunkWriter(int mtu, boolean interleaving) {
    this.interleaving = interleaving;
    this.overhead = interleaving ? IDataChunk.OVERHEAD : DataChunk.OVERHEAD;
    this.baseRoom = mtu - PacketWriter.HEADER_LENGTH;
    setMtu(mtu);
  }

  /**
   * Fragments fill packets of that size from now on. A packet larger than the first size carries
   * several: a fragment keeps its size for good (RFC 9260 section 6.9), and must still fit when the
   * path has shrunk again.
   */
  void setMtu(int mtu) {
    int room = mtu - PacketWriter.HEADER_LENGTH;
    int fragments = (room + baseRoom - 1) / baseRoom;
    largestFragment = (room / fragments - overhead) / 4 * 4;
  }

  /** Bytes of user data that a chunk holds. */
  int largestFragment() {
    return largestFragment;
  }

  /** Bytes that a fragment takes in a packet, header and padding included. */
  int wireLength(int payloadLength) {
    return overhead + ((payloadLength + 3) & ~3);
  }

  void write(PacketWriter packet, SentChunk chunk) {
    OutgoingMessage message = chunk.message;
    boolean beginning = chunk.offset == 0;
    int flags = DataChunk.flags(message.unordered, beginning, chunk.ending, chunk.immediate);
    int index = message.index(chunk.offset);
    if (interleaving) {
      packet.writeIData(
          chunk.tsn,
          message.stream.id,
          message.mid(),
          // RFC 8260 section 2.1: one field; the first fragment needs no number.
          beginning ? (int) message.ppid : message.fsn(chunk.offset),
          flags,
          message.payload(),
          index,
          chunk.length);
    } else {
      packet.writeData(
          chunk.tsn,
          message.stream.id,
          message.ssn(),
          message.ppid,
          flags,
          message.payload(),
          index,
          chunk.length);
    }
  }
}
