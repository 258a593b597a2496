package dev.turnstone.sctp.congestion;

/**
 * The rate at which a controller that thinks in windows lets packets leave: the window in a round
 * trip and somewhat more, so that it is the window that limits and not the rate.
 */
final class WindowPacing {
  private WindowPacing() {}

  /**
   * Bytes a second, or {@link CongestionController#UNPACED} while no round trip is known.
   *
   * @param window bytes
   * @param slowStart whether the window may double in a round trip: the rate has to be there first
   * @param smoothedRttNanos the smoothed RTT, or -1 before the first measurement
   */
  static long rate(long window, boolean slowStart, long smoothedRttNanos) {
    if (smoothedRttNanos <= 0) {
      return CongestionController.UNPACED;
    }
    double rate = (slowStart ? 2.0 : 1.25) * window * 1e9 / smoothedRttNanos;
    return Math.max(1, (long) rate);
  }
}
