package dev.turnstone.ice.agent;

import java.time.Duration;

/**
 * How long the agent waits for what.
 *
 * @param pace between two checks that are begun (Ta of RFC 8445 section 14.2)
 * @param firstTimeout before a check is sent again for the first time; doubled each time (RTO)
 * @param transmissions how often a check is sent before it has failed (Rc of RFC 8489 section
 *     6.2.1)
 * @param consentInterval between two consent checks (RFC 7675 section 5.1), jittered by 20 %
 * @param disconnected without a sign of the peer, before the state is disconnected
 * @param consentExpiry without an answer, before nothing more is sent and the state is failed
 * @param failing without a working pair while the peer may still send candidates, before the state
 *     is failed
 * @param failingAfterEnd the same when the peer has said that it has no more
 * @param farewell how long the old generation still answers after a restart has moved on
 */
public record AgentTiming(
    Duration pace,
    Duration firstTimeout,
    int transmissions,
    Duration consentInterval,
    Duration disconnected,
    Duration consentExpiry,
    Duration failing,
    Duration failingAfterEnd,
    Duration farewell) {

  /**
   * 20 ms, 250 ms and 6 times, 2.5 s, 5 s, 30 s, 30 s, 15 s, 2 s. RFC 8445 recommends 50 ms and 500
   * ms for traffic of unknown size; a data connection has one component and a handful of pairs, so
   * this stays below what its section 14.3 would let a larger agent send, and a lost first check
   * costs half as much. RFC 7675 recommends 5 s between consent checks; twice as many tell a dead
   * path within five.
   */
  public static final AgentTiming DEFAULT =
      new AgentTiming(
          Duration.ofMillis(20),
          Duration.ofMillis(250),
          6,
          Duration.ofMillis(2500),
          Duration.ofSeconds(5),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15),
          Duration.ofSeconds(2));
}
