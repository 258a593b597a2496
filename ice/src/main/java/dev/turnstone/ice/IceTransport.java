package dev.turnstone.ice;

import java.nio.ByteBuffer;

/**
 * One ICE component as the layers above see it: datagrams in, datagrams out; sockets, addresses,
 * checks and the selected pair stay behind this face (RFC 8445, with trickle as in RFC 8838).
 *
 * <p>Every method is called on the connection's event loop and none blocks. Results arrive at the
 * {@link IceListener} that the engine was made with, on the same loop.
 */
public interface IceTransport extends AutoCloseable {

  /**
   * The credentials that the peer needs to check us, as they stand in {@code a=ice-ufrag} and
   * {@code a=ice-pwd}.
   */
  IceParameters localParameters();

  /**
   * Starts gathering local candidates. Each arrives at {@link IceListener#onLocalCandidate}, the
   * last is followed by {@link IceListener#onGatheringComplete}. A second call does nothing.
   */
  void gather();

  /**
   * Starts connectivity checks with the peer's credentials. Candidates added before this wait for
   * it.
   *
   * @param role the role to begin with; a conflict may change it (RFC 8445 section 7.3.1.1), and a
   *     restart keeps the one that stands where the engine can (section 6.1.1)
   * @param remote the peer's credentials
   */
  void start(IceRole role, IceParameters remote);

  /**
   * Adds a candidate of the peer, at any time. One that this engine cannot use (a name it cannot
   * resolve, TCP) is kept and skipped: peer-reflexive discovery may still connect.
   */
  void addRemoteCandidate(Candidate candidate);

  /**
   * Says that the peer has no more candidates (RFC 8838 section 14): only now may running out of
   * pairs mean failure.
   */
  void endOfRemoteCandidates();

  /**
   * Sends one datagram over the best pair known to work. The bytes are borrowed for the call. They
   * may leave only with {@link #flush}.
   *
   * @return false when no pair works yet or the transport is closed; the datagram is then dropped,
   *     as a network would
   */
  boolean send(ByteBuffer packet);

  /** Hands to the network what {@link #send} has collected. */
  void flush();

  /**
   * The credentials that the next {@link #restart} takes, for an offer that asks for it: the same
   * at each call until then. Nothing begins by asking.
   */
  IceParameters nextParameters();

  /**
   * Begins a new generation (RFC 8445 section 2.4): new credentials, new gathering, new checks
   * after {@link #start} is called again. Data goes on over the old pair until the new generation
   * has one.
   *
   * @return the new local credentials: what {@link #nextParameters} said
   */
  IceParameters restart();

  /**
   * Takes back what {@link #restart} began, while {@link #start} has not been called for it: the
   * offer that asked for it was rolled back (RFC 9429 section 4.1.10.2). The credentials that were
   * started last, their candidates and checks are in force again.
   *
   * @return false when there is nothing to take back, or when the engine has let go of what was
   *     before: only another {@link #restart} leads on then
   */
  boolean cancelRestart();

  /**
   * How the transport stands, and what went over each pair. An engine that does not know a figure
   * leaves it at 0, or at -1 where that means unknown, and pairs that it does not know of out.
   */
  IceReport report();

  /** What became of the datagrams that arrived. */
  IceCounters counters();

  /**
   * Closes every socket. Nothing reaches the listener after this returns. A second call does
   * nothing.
   */
  @Override
  void close();
}
