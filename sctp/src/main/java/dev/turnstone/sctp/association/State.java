package dev.turnstone.sctp.association;

import dev.turnstone.sctp.AssociationState;
import dev.turnstone.sctp.chunk.ErrorCause;
import dev.turnstone.sctp.chunk.Parameter;
import dev.turnstone.sctp.send.DataSender;
import dev.turnstone.sctp.timer.Backoff;
import java.nio.ByteBuffer;
import java.util.List;

/** The states of RFC 9260 section 4, each with what it alone owns. */
sealed interface State {

  /** What it is called outside. */
  AssociationState name();

  /** Whether no new message may be queued (RFC 9260 section 9.2). */
  default boolean isShuttingDown() {
    return switch (name()) {
      case SHUTDOWN_PENDING, SHUTDOWN_SENT, SHUTDOWN_RECEIVED, SHUTDOWN_ACK_SENT -> true;
      case CLOSED, COOKIE_WAIT, COOKIE_ECHOED, ESTABLISHED -> false;
    };
  }

  /** What is known of the peer, or null before the handshake has told. */
  default Tcb tcb() {
    return null;
  }

  /** Nothing has begun. */
  record Closed() implements State {
    @Override
    public AssociationState name() {
      return AssociationState.CLOSED;
    }
  }

  /** All is over; an association is used once. */
  record Ended() implements State {
    @Override
    public AssociationState name() {
      return AssociationState.CLOSED;
    }
  }

  /**
   * INIT sent.
   *
   * @param more what our INIT says beside the offer
   * @param backoff the T1-init in use
   * @param staleCookies how often the peer has found our COOKIE ECHO too late
   * @param carried the sending half from before a stale cookie, or null
   */
  record CookieWait(List<Parameter> more, Backoff backoff, int staleCookies, DataSender carried)
      implements State {
    @Override
    public AssociationState name() {
      return AssociationState.COOKIE_WAIT;
    }
  }

  /**
   * COOKIE ECHO sent.
   *
   * @param tcb the peer
   * @param cookie its cookie
   * @param report what to tell it in an ERROR, may be empty
   * @param backoff the T1-cookie in use
   * @param staleCookies how often the peer has found our COOKIE ECHO too late
   */
  record CookieEchoed(
      Tcb tcb, ByteBuffer cookie, List<ErrorCause> report, Backoff backoff, int staleCookies)
      implements State {
    @Override
    public AssociationState name() {
      return AssociationState.COOKIE_ECHOED;
    }
  }

  /** Both sides may send. */
  record Established(Tcb tcb) implements State {
    @Override
    public AssociationState name() {
      return AssociationState.ESTABLISHED;
    }
  }

  /** Our side wants to end; what was sent is not yet acknowledged. */
  record ShutdownPending(Tcb tcb) implements State {
    @Override
    public AssociationState name() {
      return AssociationState.SHUTDOWN_PENDING;
    }
  }

  /** SHUTDOWN sent. */
  record ShutdownSent(Tcb tcb, Backoff backoff) implements State {
    @Override
    public AssociationState name() {
      return AssociationState.SHUTDOWN_SENT;
    }
  }

  /** SHUTDOWN received; what we sent is not yet acknowledged. */
  record ShutdownReceived(Tcb tcb) implements State {
    @Override
    public AssociationState name() {
      return AssociationState.SHUTDOWN_RECEIVED;
    }
  }

  /** SHUTDOWN ACK sent. */
  record ShutdownAckSent(Tcb tcb, Backoff backoff) implements State {
    @Override
    public AssociationState name() {
      return AssociationState.SHUTDOWN_ACK_SENT;
    }
  }
}
