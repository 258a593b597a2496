package dev.turnstone.sctp.congestion;

/** The controller of RFC 9260 section 7.2: slow start, congestion avoidance, fast recovery. */
public final class NewReno implements CongestionController {
  private final long mtu;
  private final long initialWindow;
  private long window;
  private long threshold = Long.MAX_VALUE;
  private long partialBytesAcked;
  private boolean recovering;
  private long windowBefore;
  private long thresholdBefore;
  private long smoothedRttNanos = -1;

  /**
   * A controller at the start of slow start.
   *
   * @param mtu the packet size, bytes
   * @param initialWindow the first window, bytes
   */
  public NewReno(int mtu, long initialWindow) {
    this.mtu = mtu;
    this.initialWindow = initialWindow;
    this.window = initialWindow;
  }

  @Override
  public long window() {
    return window;
  }

  @Override
  public long pacingRate() {
    return WindowPacing.rate(window, window <= threshold, smoothedRttNanos);
  }

  @Override
  public void handleSent(long bytes, long bytesInFlight, long nowNanos) {}

  @Override
  public void handleAcked(AckSample ack) {
    smoothedRttNanos = ack.smoothedRttNanos();
    // 7.2.1 and 7.2.2: the window grows only when the cumulative TSN moved, outside of fast
    // recovery, and when the window was in full use.
    if (recovering || !ack.cumulativeAdvanced()) {
      return;
    }
    long bytes = ack.ackedBytes();
    // Pacing spreads what the window allows, so it need not be full at each SACK; it is in use when
    // it was not the application that held back.
    boolean full = !ack.appLimited() && isUsed(ack.bytesInFlightBefore());
    if (window <= threshold) {
      if (full) {
        // Deviation: 7.2.1 caps the growth at one packet for each SACK. A receiver that answers a
        // whole batch with one SACK would hold slow start still, so all acknowledged bytes count;
        // bursts have a limit of their own in the sender.
        window += bytes;
      }
      return;
    }
    // 7.2.2: one packet for each window of acknowledged bytes.
    partialBytesAcked += bytes;
    while (partialBytesAcked >= window && full) {
      partialBytesAcked -= window;
      window += mtu;
    }
    partialBytesAcked = Math.min(partialBytesAcked, window);
  }

  private boolean isUsed(long inFlight) {
    return window <= threshold ? 2 * inFlight >= window : 4 * inFlight >= 3 * window;
  }

  @Override
  public void handleLoss(LossSample loss) {
    if (!loss.beginsRecovery()) {
      return;
    }
    // 7.2.3: ssthresh is half the window, not below four packets; the window is ssthresh.
    recovering = true;
    remember();
    threshold = Math.max(window / 2, 4 * mtu);
    window = threshold;
    partialBytesAcked = 0;
  }

  @Override
  public void handleRecovered(long nowNanos) {
    recovering = false;
  }

  @Override
  public void handleSpuriousLoss(long nowNanos) {
    recovering = false;
    window = Math.max(window, windowBefore);
    threshold = Math.max(threshold, thresholdBefore);
  }

  private void remember() {
    windowBefore = window;
    thresholdBefore = threshold;
  }

  @Override
  public void handleTimeout(long nowNanos) {
    // 7.2.3: after T3-rtx the window is one packet.
    recovering = false;
    if (window > mtu) {
      // Not when the timer expires again: what is remembered is from before the first time.
      remember();
      threshold = Math.max(window / 2, 4 * mtu);
    }
    window = mtu;
    partialBytesAcked = 0;
  }

  @Override
  public void handleIdle(long idleNanos, long rtoNanos, long nowNanos) {
    // 7.2.1: a sender that was silent halves its window for each RTO, not below where it began.
    for (long rest = idleNanos; rest >= rtoNanos && window > initialWindow; rest -= rtoNanos) {
      threshold = Math.max(threshold, window * 3 / 4);
      window = Math.max(window / 2, initialWindow);
      partialBytesAcked = 0;
    }
  }
}
