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

  /** 4, 30, 15, 5, 8 and 30 seconds. */
  public static final IceTiming DEFAULT =
      new IceTiming(
          Duration.ofSeconds(4),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15),
          Duration.ofSeconds(5),
          Duration.ofSeconds(8),
          Duration.ofSeconds(30));
}
