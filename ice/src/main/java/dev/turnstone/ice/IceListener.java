package dev.turnstone.ice;

import java.nio.ByteBuffer;

/**
 * Hears what an {@link IceTransport} has to tell. Every method is called on the connection's event
 * loop and must not block.
 */
public interface IceListener {

  /** A local candidate was found: signal it to the peer. */
  void onLocalCandidate(Candidate candidate);

  /** A server gave no candidate, or takes back one that it gave. Others may still come. */
  default void onCandidateError(CandidateError error) {}

  /** No more local candidates will come in this generation: signal {@code end-of-candidates}. */
  void onGatheringComplete();

  /**
   * The state changed.
   *
   * @param state the new state
   * @param reason a short text for logs that holds no secret
   */
  void onStateChange(IceState state, String reason);

  /** Data now goes over this pair. */
  void onSelectedPair(CandidatePair pair);

  /**
   * The addresses of this host have changed, and the options want a restart for it ({@link
   * AddressChange#RESTART}): negotiate one.
   */
  default void onRestartWanted() {}

  /**
   * A datagram that is not STUN arrived from an address that a check has validated. The bytes are
   * borrowed for the call.
   */
  void onPacket(ByteBuffer packet);
}
