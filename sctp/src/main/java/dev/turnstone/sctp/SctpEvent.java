package dev.turnstone.sctp;

import java.nio.ByteBuffer;
import java.util.List;

/** Something that an association tells the layer above, in the order in which it happened. */
public sealed interface SctpEvent {

  /**
   * The association is established: both sides may send.
   *
   * @param outboundStreams how many streams we may send on, ids 0 to this minus 1
   * @param inboundStreams how many streams the peer may send on
   */
  record Connected(int outboundStreams, int inboundStreams) implements SctpEvent {}

  /**
   * A whole message arrived. Its bytes count against the receive window until {@code
   * SctpAssociation.consumed} gives them back.
   *
   * @param streamId 0 to 65535
   * @param ppid the payload protocol identifier, unsigned 32 bits
   * @param payload the bytes, owned by whoever polls the event
   * @param unordered whether the sender set the U bit
   */
  record MessageReceived(int streamId, long ppid, ByteBuffer payload, boolean unordered)
      implements SctpEvent {}

  /**
   * The peer reset its outgoing streams (RFC 6525 section 5.2.2): nothing more comes on them until
   * they are used anew.
   *
   * @param streamIds the streams; empty means all
   */
  record IncomingStreamsReset(List<Integer> streamIds) implements SctpEvent {}

  /**
   * A reset of our outgoing streams ended: asked for with {@code resetStreams}, or by the peer (RFC
   * 6525 section 5.2.3).
   *
   * @param streamIds the streams
   * @param result how
   */
  record OutgoingStreamsReset(List<Integer> streamIds, ReconfigResult result) implements SctpEvent {
    /** Whether the streams begin anew; false when the peer refused or does not know RFC 6525. */
    public boolean performed() {
      return result.isSuccess();
    }
  }

  /**
   * The peer answered {@code requestIncomingReset}. With success it resets its streams, which
   * {@link IncomingStreamsReset} tells apart from this.
   *
   * @param streamIds the streams
   * @param result its answer
   */
  record IncomingResetAnswered(List<Integer> streamIds, ReconfigResult result)
      implements SctpEvent {}

  /**
   * A request to send on more streams ended: asked for with {@code addOutgoingStreams}, or by the
   * peer (RFC 6525 section 5.2.6).
   *
   * @param added how many there are more now, 0 without success
   * @param outboundStreams how many we may send on now, ids 0 to this minus 1
   * @param result how it ended
   */
  record OutgoingStreamsAdded(int added, int outboundStreams, ReconfigResult result)
      implements SctpEvent {}

  /**
   * From now on the peer may send on more streams (RFC 6525 section 5.2.5).
   *
   * @param added how many more
   * @param inboundStreams how many it may send on now, ids 0 to this minus 1
   */
  record IncomingStreamsAdded(int added, int inboundStreams) implements SctpEvent {}

  /**
   * The peer answered {@code requestIncomingStreams}. With success it adds the streams, which
   * {@link IncomingStreamsAdded} tells apart from this.
   *
   * @param streams how many it was asked for
   * @param result its answer
   */
  record IncomingStreamsAnswered(int streams, ReconfigResult result) implements SctpEvent {}

  /**
   * A reset of all sequence numbers (RFC 6525 sections 5.1.4 and 5.2.4) ended. With success every
   * stream of both sides begins anew, and so do the TSNs.
   *
   * @param byPeer whether the peer asked for it; else {@code resetSequenceNumbers} did
   * @param result how it ended
   */
  record SequenceNumbersReset(boolean byPeer, ReconfigResult result) implements SctpEvent {}

  /**
   * What is buffered for a stream fell to its threshold or below.
   *
   * @param streamId the stream
   */
  record BufferedAmountLow(int streamId) implements SctpEvent {}

  /**
   * A partially reliable message was given up before the peer acknowledged all of it (RFC 3758).
   *
   * @param streamId the stream
   * @param ppid the payload protocol identifier, unsigned 32 bits
   */
  record MessageAbandoned(int streamId, long ppid) implements SctpEvent {}

  /**
   * The peer restarted the association (RFC 9260 section 5.2.4, action A): both sides begin from
   * nothing.
   */
  record PeerRestarted() implements SctpEvent {}

  /**
   * The association is over. The last event.
   *
   * @param reason why
   * @param detail a text for people; may quote the peer's ABORT, bounded and printable
   */
  record Closed(CloseReason reason, String detail) implements SctpEvent {}

  /** Why an association is over. */
  enum CloseReason {
    /**
     * SHUTDOWN ran to its end: everything that was sent has been acknowledged. Or it was asked for
     * in state CLOSED, and nothing was ever sent.
     */
    SHUTDOWN,
    /** We aborted it. */
    ABORTED_LOCALLY,
    /** The peer aborted it. */
    ABORTED_BY_PEER,
    /** No answer to INIT or COOKIE-ECHO in as many tries as allowed. */
    CONNECT_TIMEOUT,
    /** The peer stopped acknowledging: more errors in a row than allowed. */
    PEER_UNREACHABLE,
    /** The peer broke the protocol; we aborted. */
    PROTOCOL_VIOLATION
  }
}
