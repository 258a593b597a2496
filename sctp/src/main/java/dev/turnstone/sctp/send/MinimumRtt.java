package dev.turnstone.sctp.send;

/**
 * The shortest round trip of late. Two windows of time follow each other, and the minimum of both
 * counts, so that a path that has become longer is known as such after a while.
 */
final class MinimumRtt {
  private static final long WINDOW_NANOS = 60_000_000_000L;

  private long before = Long.MAX_VALUE;
  private long now = Long.MAX_VALUE;
  private long beganAtNanos = Long.MIN_VALUE;

  void handleRtt(long rttNanos, long nowNanos) {
    if (beganAtNanos == Long.MIN_VALUE || nowNanos - beganAtNanos >= WINDOW_NANOS) {
      before = now;
      now = Long.MAX_VALUE;
      beganAtNanos = nowNanos;
    }
    now = Math.min(now, rttNanos);
  }

  boolean isKnown() {
    return now != Long.MAX_VALUE;
  }

  /** Nanoseconds; {@link Long#MAX_VALUE} before the first measurement. */
  long nanos() {
    return Math.min(before, now);
  }

  void reset() {
    before = Long.MAX_VALUE;
    now = Long.MAX_VALUE;
    beganAtNanos = Long.MIN_VALUE;
  }
}
