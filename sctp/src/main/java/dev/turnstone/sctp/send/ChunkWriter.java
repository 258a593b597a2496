package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import dev.turnstone.sctp.chunk.PacketWriter;

/**
 * The bytes of a fragment in a packet, as DATA or as I-DATA, and how many of a message's bytes that
 * is. Fragments fill packets up, so that a bulk transfer's packets are equal, and datagrams of one
 * size leave in one segmented send.
 */
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

  /** Bytes of the message that its next chunk holds in a packet of its own. */
  int nextLength(OutgoingMessage message) {
    return Math.min(largestFragment, message.untaken());
  }

  /**
   * Bytes of the message that its next chunk holds where a packet has that much room left; 0 when
   * it waits for the next packet.
   */
  int nextLength(OutgoingMessage message, int room) {
    int fitting = Math.min(largestFragment, (room - overhead) & ~3);
    int rest = message.untaken();
    if (rest <= fitting) {
      return rest;
    }
    // What one packet can hold is not cut: each further packet is one more that may be lost.
    return message.isBegun() || rest > largestFragment ? Math.max(0, fitting) : 0;
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
          beginning ? (int) message.ppid : chunk.fsn,
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
