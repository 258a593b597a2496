package dev.turnstone.sctp.timer;

/**
 * RTT measurements to a retransmission timeout (RFC 9260 section 6.3.1). Nanoseconds all through.
 */
public final class RetransmissionTimeout {
  private final long initial;
  private final long min;
  private final long max;
  private long smoothed = -1;
  private long variation;
  private long timeout;

  /** No RTT measured yet. */
  public RetransmissionTimeout(long initialNanos, long minNanos, long maxNanos) {
    this.initial = initialNanos;
    this.min = minNanos;
    this.max = maxNanos;
    this.timeout = initialNanos;
  }

  /** Takes one measurement of a chunk that was sent once (Karn's rule is the caller's to keep). */
  public void handleRtt(long rttNanos) {
    long rtt = Math.max(0, rttNanos);
    if (smoothed < 0) {
      // 6.3.1 C2: SRTT is R, RTTVAR is R/2.
      smoothed = rtt;
      variation = rtt / 2;
    } else {
      // 6.3.1 C3: RTTVAR with RTO.Beta 1/4, then SRTT with RTO.Alpha 1/8.
      variation += (Math.abs(smoothed - rtt) - variation) / 4;
      smoothed += (rtt - smoothed) / 8;
    }
    forgetBackOff();
  }

  /** Doubles the timeout after it expired (RFC 9260 section 6.3.3, E2). */
  public void backOff() {
    timeout = clamp(timeout * 2);
  }

  /** The timeout that follows from what was measured, as if it had never expired. */
  public void forgetBackOff() {
    // 6.3.1 C6 and C7: the bounds. G1: the variation is never zero, our clock being that fine.
    timeout = smoothed < 0 ? initial : clamp(smoothed + 4 * Math.max(variation, 1));
  }

  /** Forgets everything: the path is new. */
  public void reset() {
    smoothed = -1;
    variation = 0;
    timeout = initial;
  }

  /** The timeout, back-off included. */
  public long nanos() {
    return timeout;
  }

  /** The smoothed RTT, or -1 before the first measurement. */
  public long smoothedRttNanos() {
    return smoothed;
  }

  private long clamp(long value) {
    return Math.min(max, Math.max(min, value));
  }
}
