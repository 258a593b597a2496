package dev.turnstone.sctp.association;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.SctpEvent;
import dev.turnstone.sctp.SctpOptions;
import dev.turnstone.sctp.SendOptions;
import dev.turnstone.sctp.SendResult;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * One SCTP association (RFC 9260), sans-IO. Skeleton: the signatures are the agreement, the bodies
 * are being written.
 */
public final class SctpAssociation {
  /** What {@link #nextTimeout} says when no timer runs. */
  public static final long NEVER = Long.MAX_VALUE;

  public SctpAssociation(SctpOptions options, RandomGenerator random) {}

  public AssociationState state() {
    throw new UnsupportedOperationException();
  }

  /** Starts the handshake (sends INIT). Both sides may do this at once (RFC 9260 section 5.2.1). */
  public void connect(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /**
   * Queues one message; {@code payload} passes into the association's ownership (no copy is made).
   */
  public SendResult send(
      int streamId, long ppid, ByteBuffer payload, SendOptions options, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /**
   * Bytes of messages on the stream that have been queued and not yet handed to the network for the
   * first time.
   */
  public long bufferedAmount(int streamId) {
    throw new UnsupportedOperationException();
  }

  public void setBufferedAmountLowThreshold(int streamId, long bytes) {
    throw new UnsupportedOperationException();
  }

  /** Gives back receive window: the application has taken these bytes of delivered messages. */
  public void consumed(long bytes, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  /** Resets outgoing streams (RFC 6525) after what is queued on them was sent and acknowledged. */
  public void resetStreams(Collection<Integer> streamIds, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  public void shutdown(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  public void abort(String reason, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  public void handlePacket(ByteBuffer packet, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  public void handleTimeout(long nowNanos) {
    throw new UnsupportedOperationException();
  }

  public long nextTimeout() {
    throw new UnsupportedOperationException();
  }

  /**
   * Writes one packet at {@code into}'s position and advances it; false when there is none to send
   * now.
   */
  public boolean pollPacket(ByteBuffer into, long nowNanos) {
    throw new UnsupportedOperationException();
  }

  public SctpEvent pollEvent() {
    throw new UnsupportedOperationException();
  }
}
