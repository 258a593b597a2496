package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.chunk.DataChunk;
import dev.turnstone.sctp.chunk.IDataChunk;
import java.nio.ByteBuffer;

/**
 * A fragment as reassembly sees it, whichever chunk carried it. One serves chunk after chunk: what
 * it says holds until the next.
 */
final class Fragment {
  private int sequence;
  private int streamId;
  private int number;
  private long ppid;
  private boolean unordered;
  private boolean beginning;
  private boolean ending;
  private ByteBuffer payload;

  /** From now on it is that one. */
  Fragment of(DataChunk chunk) {
    sequence = chunk.tsn();
    streamId = chunk.streamId();
    number = chunk.unordered() ? 0 : chunk.ssn();
    ppid = chunk.ppid();
    unordered = chunk.unordered();
    beginning = chunk.beginning();
    ending = chunk.ending();
    payload = chunk.payload();
    return this;
  }

  /** From now on it is that one. */
  Fragment of(IDataChunk chunk) {
    sequence = chunk.fsn();
    streamId = chunk.streamId();
    number = chunk.mid();
    ppid = chunk.ppid();
    unordered = chunk.unordered();
    beginning = chunk.beginning();
    ending = chunk.ending();
    payload = chunk.payload();
    return this;
  }

  /** Its place among fragments: the TSN, or in I-DATA the FSN. */
  int sequence() {
    return sequence;
  }

  int streamId() {
    return streamId;
  }

  /** Its message's place in the stream: the SSN, or 0 when unordered; in I-DATA the MID. */
  int number() {
    return number;
  }

  /** The payload protocol identifier; in I-DATA only the first fragment has it. */
  long ppid() {
    return ppid;
  }

  /** Whether the message has no place in the stream. */
  boolean unordered() {
    return unordered;
  }

  /** Whether it is the first of its message. */
  boolean beginning() {
    return beginning;
  }

  /** Whether it is the last of its message. */
  boolean ending() {
    return ending;
  }

  /** The bytes, borrowed. */
  ByteBuffer payload() {
    return payload;
  }
}
