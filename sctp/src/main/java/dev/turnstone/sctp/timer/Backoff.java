package dev.turnstone.sctp.timer;

/**
 * How long the next wait is and how many there have been.
 *
 * @param nanos the wait
 * @param maxNanos what doubling stops at
 * @param retries how many waits came before this one
 */
public record Backoff(long nanos, long maxNanos, int retries) {

  /** The first wait. */
  public static Backoff first(long nanos, long maxNanos) {
    return new Backoff(Math.min(nanos, maxNanos), maxNanos, 0);
  }

  /** The wait after this one: twice as long, up to the maximum. */
  public Backoff next() {
    return new Backoff(Math.min(maxNanos, nanos * 2), maxNanos, retries + 1);
  }
}
