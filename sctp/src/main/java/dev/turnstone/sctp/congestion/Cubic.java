package dev.turnstone.sctp.congestion;

/**
 * CUBIC (RFC 9438), with HyStart++ (RFC 9406) in its first slow start. Windows are kept in packets
 * of {@code mtu} bytes, as the RFC's formulas have them; one packet is one segment.
 */
public final class Cubic implements CongestionController {
  /** 4.6, 5: the multiplicative decrease factor, and the steepness of the curve. */
  private static final double BETA = 0.7;

  private static final double C = 0.4;

  /** 4.3: what makes the Reno-friendly estimate as fast as Reno with this decrease factor. */
  private static final double ALPHA = 3 * (1 - BETA) / (1 + BETA);

  /** 4.6: the window after a loss is two packets at least. */
  private static final double LEAST = 2;

  /** No path needs more packets, and no sum overflows. */
  private static final double MOST = 1L << 32;

  private static final long NONE = Long.MIN_VALUE;

  private final int mtu;
  private final double initialWindow;
  private final HyStart hyStart;

  private double window;
  private double threshold = Double.POSITIVE_INFINITY;

  /** W_max, or 0 when congestion avoidance is to begin without one. */
  private double peak;

  /** cwnd_prior: the window before the last reduction. */
  private double prior;

  /** W_est. */
  private double estimate;

  private double k;
  private long epoch = NONE;
  private long lastAckedAt = NONE;
  private long smoothedRtt = -1;
  private boolean recovering;
  private Saved saved;

  /** What 4.9 restores when a reduction was a mistake. */
  private record Saved(
      double window,
      double threshold,
      double peak,
      double prior,
      double estimate,
      double k,
      long epoch) {}

  /**
   * A controller at the start of slow start.
   *
   * @param mtu the packet size, bytes
   * @param initialWindow the first window, bytes
   */
  public Cubic(int mtu, long initialWindow) {
    this.mtu = mtu;
    this.initialWindow = Math.max(1, (double) initialWindow / mtu);
    this.window = this.initialWindow;
    this.hyStart = new HyStart(mtu);
  }

  @Override
  public long window() {
    return Math.max(mtu, Math.round(window * mtu));
  }

  @Override
  public long pacingRate() {
    return WindowPacing.rate(window(), isSlowStart(), smoothedRtt);
  }

  private boolean isSlowStart() {
    return window < threshold;
  }

  @Override
  public void handleSent(long bytes, long bytesInFlight, long nowNanos) {}

  @Override
  public void handleAcked(AckSample ack) {
    smoothedRtt = ack.smoothedRttNanos();
    if (!recovering) {
      if (isFull(ack)) {
        grow(ack);
      } else if (epoch != NONE && lastAckedAt != NONE) {
        // 5.8: time in which the window was not in use does not count.
        epoch = Math.min(ack.nowNanos(), epoch + Math.max(0, ack.nowNanos() - lastAckedAt));
      }
    }
    lastAckedAt = ack.nowNanos();
  }

  /** 4.2, 5.8: the window grows only while it is what holds the sender back. */
  private boolean isFull(AckSample ack) {
    if (ack.appLimited()) {
      return false;
    }
    // Pacing spreads what the window allows, so it need not be full at each SACK; one that doubles
    // in a round trip is half full.
    double inFlight = (double) ack.bytesInFlightBefore() / mtu;
    return isSlowStart() ? 2 * inFlight >= window : 4 * inFlight >= 3 * window;
  }

  private void grow(AckSample ack) {
    if (!isSlowStart()) {
      avoid(ack);
    } else if (hyStart.isDone()) {
      window = Math.min(threshold, window + (double) ack.ackedBytes() / mtu);
    } else {
      window += (double) hyStart.handleAcked(ack, smoothedRtt > 0) / mtu;
      if (hyStart.isDone()) {
        // 4.10: slow start ended without a loss.
        threshold = window;
        prior = window;
        peak = 0;
      }
    }
    window = Math.min(window, MOST);
  }

  /** 4.2 to 4.5. */
  private void avoid(AckSample ack) {
    if (epoch == NONE) {
      beginEpoch(ack.nowNanos());
    }
    double acked = (double) ack.ackedBytes() / mtu;
    // 4.3: as fast as Reno; once back at the old window, a packet in a round trip.
    estimate += (estimate >= prior ? 1 : ALPHA) * acked / window;
    double seconds = Math.max(0, ack.nowNanos() - epoch) / 1e9;
    if (curve(seconds) < estimate) {
      window = Math.max(window, estimate);
      return;
    }
    // 4.4, 4.5: towards where the curve is a round trip from now.
    double ahead = curve(seconds + Math.max(0, smoothedRtt) / 1e9);
    double target = Math.max(window, Math.min(ahead, 1.5 * window));
    window = Math.min(target, window + (target - window) / window * acked);
  }

  /** 4.2: W_cubic(t). */
  private double curve(double seconds) {
    double t = seconds - k;
    return C * t * t * t + peak;
  }

  private void beginEpoch(long nowNanos) {
    epoch = nowNanos;
    estimate = window;
    if (peak <= window) {
      // 4.8, 4.10: after a timeout and after slow start without a loss, K is 0 and W_max is the
      // window; so too where the window has been restored above W_max.
      peak = window;
      k = 0;
    } else {
      k = Math.cbrt((peak - window) / C);
    }
  }

  @Override
  public void handleLoss(LossSample loss) {
    if (loss.beginsRecovery()) {
      recovering = true;
      reduce((double) loss.bytesInFlightBefore() / mtu);
      window = threshold;
    }
  }

  /** 4.6, 4.7. */
  private void reduce(double inFlight) {
    saved = new Saved(window, threshold, peak, prior, estimate, k, epoch);
    hyStart.stop();
    prior = window;
    // 4.7: a flow whose peak is falling makes room for others sooner.
    peak = window < peak ? window * (1 + BETA) / 2 : window;
    threshold = Math.max(LEAST, BETA * Math.min(window, inFlight));
    epoch = NONE;
  }

  @Override
  public void handleRecovered(long nowNanos) {
    recovering = false;
  }

  @Override
  public void handleSpuriousLoss(long nowNanos) {
    recovering = false;
    // 4.9: all of it, unless the window has outgrown what it was.
    if (saved != null && window < saved.window) {
      window = saved.window;
      threshold = saved.threshold;
      peak = saved.peak;
      prior = saved.prior;
      estimate = saved.estimate;
      k = saved.k;
      epoch = saved.epoch;
    }
    saved = null;
  }

  @Override
  public void handleTimeout(long nowNanos) {
    recovering = false;
    if (window <= 1) {
      // A timeout after a timeout: what may have to be restored is what was before the first.
      return;
    }
    reduce(window);
    // 4.8: one packet; the next congestion avoidance begins without a W_max.
    window = 1;
    peak = 0;
  }

  @Override
  public void handleIdle(long idleNanos, long rtoNanos, long nowNanos) {
    // RFC 9260 section 7.2.1: a sender that was silent halves its window for each RTO, not below
    // where it began. Slow start leads back to three quarters of it.
    for (long rest = idleNanos; rest >= rtoNanos && window > initialWindow; rest -= rtoNanos) {
      threshold = Math.max(threshold, window * 3 / 4);
      window = Math.max(window / 2, initialWindow);
      epoch = NONE;
    }
    if (epoch != NONE) {
      epoch = Math.min(nowNanos, epoch + Math.max(0, idleNanos));
    }
    lastAckedAt = nowNanos;
  }
}
