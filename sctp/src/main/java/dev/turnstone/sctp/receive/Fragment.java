package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.chunk.DataChunk;
import java.nio.ByteBuffer;

/**
 * A fragment as reassembly sees it, whichever chunk carried it.
 *
 * @param sequence its place among fragments: the TSN
 * @param streamId the stream
 * @param number its message's place in the stream: the SSN; 0 when unordered
 * @param ppid the payload protocol identifier
 * @param unordered whether the message has no place in the stream
 * @param beginning first of its message
 * @param ending last of its message
 * @param payload the bytes, borrowed
 */
record Fragment(
    int sequence,
    int streamId,
    int number,
    long ppid,
    boolean unordered,
    boolean beginning,
    boolean ending,
    ByteBuffer payload) {

  static Fragment of(DataChunk chunk) {
    return new Fragment(
        chunk.tsn(),
        chunk.streamId(),
        chunk.unordered() ? 0 : chunk.ssn(),
        chunk.ppid(),
        chunk.unordered(),
        chunk.beginning(),
        chunk.ending(),
        chunk.payload());
  }
}
