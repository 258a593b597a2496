package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.chunk.DataChunk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Cuts messages into DATA chunks as a sender does: TSNs in a row, SSNs per stream. */
final class Peer {
  private final Map<Integer, Integer> nextSsn = new HashMap<>();
  private int nextTsn;

  Peer(int initialTsn) {
    this.nextTsn = initialTsn;
  }

  int nextTsn() {
    return nextTsn;
  }

  List<DataChunk> ordered(int streamId, byte[] message, int fragmentBytes) {
    int ssn = nextSsn.merge(streamId, 0, (old, zero) -> (old + 1) & 0xFFFF);
    return cut(streamId, ssn, false, message, fragmentBytes);
  }

  List<DataChunk> unordered(int streamId, byte[] message, int fragmentBytes) {
    return cut(streamId, 0, true, message, fragmentBytes);
  }

  void resetStream(int streamId) {
    nextSsn.remove(streamId);
  }

  private List<DataChunk> cut(
      int streamId, int ssn, boolean unordered, byte[] message, int fragmentBytes) {
    List<DataChunk> chunks = new ArrayList<>();
    for (int at = 0; at < message.length; at += fragmentBytes) {
      int length = Math.min(fragmentBytes, message.length - at);
      chunks.add(
          new DataChunk(
              nextTsn++,
              streamId,
              ssn,
              51,
              unordered,
              at == 0,
              at + length == message.length,
              false,
              ByteBuffer.wrap(message, at, length)));
    }
    return chunks;
  }

  /** One chunk by hand; {@code flags} names the bits that are set, such as "UBEI". */
  static DataChunk chunk(int tsn, int streamId, int ssn, String flags, String payload) {
    return new DataChunk(
        tsn,
        streamId,
        ssn,
        51,
        flags.contains("U"),
        flags.contains("B"),
        flags.contains("E"),
        flags.contains("I"),
        ByteBuffer.wrap(payload.getBytes(StandardCharsets.US_ASCII)));
  }
}
