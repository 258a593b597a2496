package dev.turnstone.sctp.chunk;

import java.nio.ByteBuffer;
import java.util.List;

/** The parameters of RE-CONFIG (RFC 6525 section 4): five requests and the response. */
public sealed interface ReconfigParameter extends Parameter {

  /** What one side asks of the other. */
  sealed interface Request extends ReconfigParameter {
    /** The request sequence number, raw 32 bits. */
    int requestSequence();
  }

  /**
   * Outgoing SSN Reset Request (RFC 6525 section 4.1).
   *
   * @param requestSequence the request sequence number, raw 32 bits
   * @param responseSequence the request sequence number of the Incoming SSN Reset Request that this
   *     answers; else the last request of the peer that was seen
   * @param lastTsn the last TSN that the sender has assigned
   * @param streamIds the streams; empty means all
   */
  record OutgoingSsnReset(
      int requestSequence, int responseSequence, int lastTsn, List<Integer> streamIds)
      implements Request {
    /** Copies the list. */
    public OutgoingSsnReset {
      streamIds = List.copyOf(streamIds);
    }

    @Override
    public int type() {
      return 13;
    }

    @Override
    public int valueLength() {
      return 12 + 2 * streamIds.size();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(requestSequence).putInt(responseSequence).putInt(lastTsn);
      writeStreams(into, streamIds);
    }
  }

  /**
   * Incoming SSN Reset Request (RFC 6525 section 4.2): asks the peer to reset its outgoing streams.
   *
   * @param requestSequence the request sequence number, raw 32 bits
   * @param streamIds the streams; empty means all
   */
  record IncomingSsnReset(int requestSequence, List<Integer> streamIds) implements Request {
    /** Copies the list. */
    public IncomingSsnReset {
      streamIds = List.copyOf(streamIds);
    }

    @Override
    public int type() {
      return 14;
    }

    @Override
    public int valueLength() {
      return 4 + 2 * streamIds.size();
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(requestSequence);
      writeStreams(into, streamIds);
    }
  }

  /**
   * SSN/TSN Reset Request (RFC 6525 section 4.3).
   *
   * @param requestSequence the request sequence number, raw 32 bits
   */
  record SsnTsnReset(int requestSequence) implements Request {
    @Override
    public int type() {
      return 15;
    }

    @Override
    public int valueLength() {
      return 4;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(requestSequence);
    }
  }

  /**
   * Re-configuration Response (RFC 6525 section 4.4).
   *
   * @param responseSequence the request sequence number of the request that this answers
   * @param result one of the constants here, or what the peer made up; unsigned 32 bits
   * @param hasTsns whether the two TSNs are there: in the answer to an {@link SsnTsnReset} only
   * @param sendersNextTsn the next TSN of the sender of this, or 0
   * @param receiversNextTsn the next TSN of the receiver of this, or 0
   */
  record ReconfigResponse(
      int responseSequence, long result, boolean hasTsns, int sendersNextTsn, int receiversNextTsn)
      implements ReconfigParameter {

    /** There was nothing to do. */
    public static final long NOTHING_TO_DO = 0;

    /** Done. */
    public static final long PERFORMED = 1;

    /** Refused. */
    public static final long DENIED = 2;

    /** Refused: a stream does not exist. */
    public static final long WRONG_SSN = 3;

    /** Refused: another request is being worked on. */
    public static final long ALREADY_IN_PROGRESS = 4;

    /** Refused: not the request sequence number that was expected. */
    public static final long BAD_SEQUENCE_NUMBER = 5;

    /** Not yet done; ask again with the same number. */
    public static final long IN_PROGRESS = 6;

    /** An answer without TSNs. */
    public ReconfigResponse(int responseSequence, long result) {
      this(responseSequence, result, false, 0, 0);
    }

    @Override
    public int type() {
      return 16;
    }

    @Override
    public int valueLength() {
      return hasTsns ? 16 : 8;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(responseSequence).putInt((int) result);
      if (hasTsns) {
        into.putInt(sendersNextTsn).putInt(receiversNextTsn);
      }
    }
  }

  /**
   * Add Outgoing Streams Request (RFC 6525 section 4.5).
   *
   * @param requestSequence the request sequence number, raw 32 bits
   * @param newStreams how many to add, 0 to 65535
   */
  record AddOutgoingStreams(int requestSequence, int newStreams) implements Request {
    @Override
    public int type() {
      return 17;
    }

    @Override
    public int valueLength() {
      return 8;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(requestSequence).putShort((short) newStreams).putShort((short) 0);
    }
  }

  /**
   * Add Incoming Streams Request (RFC 6525 section 4.6).
   *
   * @param requestSequence the request sequence number, raw 32 bits
   * @param newStreams how many to add, 0 to 65535
   */
  record AddIncomingStreams(int requestSequence, int newStreams) implements Request {
    @Override
    public int type() {
      return 18;
    }

    @Override
    public int valueLength() {
      return 8;
    }

    @Override
    public void writeValue(ByteBuffer into) {
      into.putInt(requestSequence).putShort((short) newStreams).putShort((short) 0);
    }
  }

  private static void writeStreams(ByteBuffer into, List<Integer> streamIds) {
    for (int streamId : streamIds) {
      into.putShort((short) streamId);
    }
  }
}
