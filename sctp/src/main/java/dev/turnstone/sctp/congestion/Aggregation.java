package dev.turnstone.sctp.congestion;

/**
 * How much more than the path's rate explains is acknowledged at once: BBR.extra_acked of
 * draft-ietf-ccwg-bbr section 5.5.9. A receiver that answers a whole batch of packets with one SACK
 * leaves the sender without an answer for as long; so much more has to be in flight.
 */
final class Aggregation {
  /** Of the ten rounds of the draft, two slots of five are kept. */
  private static final int SLOT_ROUNDS = 5;

  private final WindowedMax extra = new WindowedMax();
  private long since;
  private double acked;
  private int rounds;

  /**
   * Takes in what was acknowledged.
   *
   * @param rate the path's rate, bytes a second
   * @param window an upper bound of the answer, bytes
   */
  void handleAcked(long bytes, double rate, long window, long nowNanos) {
    double expected = rate * Math.max(0, nowNanos - since) / 1e9;
    if (acked <= expected) {
      restart(nowNanos);
      expected = 0;
    }
    acked += bytes;
    extra.add(Math.min(acked - expected, window));
  }

  /**
   * A round trip has ended.
   *
   * @param starting whether the rate is still being sought: then only this round counts
   */
  void handleRound(boolean starting) {
    if (starting || ++rounds >= SLOT_ROUNDS) {
      rounds = 0;
      extra.advance();
    }
  }

  /** Counting begins anew. */
  void restart(long nowNanos) {
    acked = 0;
    since = nowNanos;
  }

  /** Bytes that may be in flight beyond what rate and round trip make. */
  double bytes() {
    return extra.value();
  }
}
