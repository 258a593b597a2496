package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import java.nio.ByteBuffer;

/**
 * A fragment as reassembly sees it, whichever chunk carried it.
 *
 * @param sequence its place among fragments: the TSN, or in I-DATA the FSN
 * @param streamId the stream
 * @param number its message's place in the stream: the SSN, or 0 when unordered; in I-DATA the MID
 * @param ppid the payload protocol identifier; in I-DATA only the first fragment has it
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

  static Fragment of(IDataChunk chunk) {
    return new Fragment(
        chunk.fsn(),
        chunk.streamId(),
        chunk.mid(),
        chunk.ppid(),
        chunk.unordered(),
        chunk.beginning(),
        chunk.ending(),
        chunk.payload());
  }
}
