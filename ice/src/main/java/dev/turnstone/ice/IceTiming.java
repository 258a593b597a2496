package dev.turnstone.ice;

import java.time.Duration;

/**
 * How long an engine waits for what.
 *
 * @param gathering for STUN servers, before gathering is complete without them
 * @param failing without a working pair while the peer may still send candidates, before the state
 *     is {@link IceState#FAILED}
 * @param failingAfterEnd the same when the peer has said that it has no more
 * @param consentInterval between two consent checks (RFC 7675 section 5.1); each is jittered by 20
 *     %
 * @param disconnected without an answer, before the state is {@link IceState#DISCONNECTED}
 * @param consentExpiry without an answer, before nothing more is sent and the state is {@link
 *     IceState#FAILED}
 */
public record IceTiming(
    Duration gathering,
    Duration failing,
    Duration failingAfterEnd,
    Duration consentInterval,
    Duration disconnected,
    Duration consentExpiry) {

  /**
   * 4, 30, 15, 2.5, 5 and 30 seconds. RFC 7675 section 5.1 recommends 5 seconds between two consent
   * checks; twice as many tell a dead path within five.
   */
  public static final IceTiming DEFAULT =
      new IceTiming(
          Duration.ofSeconds(4),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15),
          Duration.ofMillis(2500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30));
}
