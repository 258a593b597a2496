package dev.turnstone.sctp;

/** The states of RFC 9260 section 4. */
public enum AssociationState {
  /** Nothing has been sent, or all is over. */
  CLOSED,
  /** INIT sent, INIT ACK awaited. */
  COOKIE_WAIT,
  /** COOKIE ECHO sent, COOKIE ACK awaited. */
  COOKIE_ECHOED,
  /** Both sides may send. */
  ESTABLISHED,
  /** We want to shut down and wait until the peer has all that we sent. */
  SHUTDOWN_PENDING,
  /** SHUTDOWN sent. */
  SHUTDOWN_SENT,
  /** SHUTDOWN received; we finish sending. */
  SHUTDOWN_RECEIVED,
  /** SHUTDOWN ACK sent. */
  SHUTDOWN_ACK_SENT
}
