package dev.turnstone.sctp.congestion;

/**
 * What congestion has done to the model since the last probe: bounds of rate and volume that the
 * next probe lifts (draft-ietf-ccwg-bbr section 5.5.10.3, the short-term model).
 */
final class LowerBounds {
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final double BETA = 0.7;
  private static final double YIELD = 0.97;

  private double rate = NONE;
  private double inflight = NONE;

  /** Bytes a second. */
  double rate() {
    return rate;
  }

  /** Bytes. */
  double inflight() {
    return inflight;
  }

  void lift() {
    rate = NONE;
    inflight = NONE;
  }

  /** Restores what was, where it was more. */
  void restore(double rateBefore, double inflightBefore) {
    rate = Math.max(rate, rateBefore);
    inflight = Math.max(inflight, inflightBefore);
  }

  /** A round lost too much: down towards what it delivered, by three tenths at most. */
  void handleLoss(BbrRounds rounds, double maxRate, double window) {
    rate = Math.max(rounds.rateLatest(), BETA * (rate == NONE ? maxRate : rate));
    inflight = Math.max(rounds.inflightLatest(), BETA * (inflight == NONE ? window : inflight));
  }

  /**
   * A round of cruising saw a queue all the time.
   *
   * <p>Deviation: the draft cruises at the rate that it has found, whatever the queue. Two flows
   * that have each found a little too much then keep the queue full until one of them probes into
   * it, and the larger stays the larger. A queue that stands all through a round says that the
   * rates together are too high, so the flow follows what is delivered, and a little below, until
   * it probes again. The one that probes finds room.
   */
  void handleQueue(BbrRounds rounds, double maxRate) {
    double least = BETA * Math.min(rate, maxRate);
    rate = Math.min(rate, Math.max(YIELD * rounds.rateLatest(), least));
  }
}
