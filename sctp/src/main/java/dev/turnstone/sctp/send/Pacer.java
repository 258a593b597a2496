package dev.turnstone.sctp.send;

import dev.turnstone.sctp.congestion.CongestionController;

/**
 * Spreads packets in time: a bucket of bytes that fills at the controller's rate. It holds two
 * milliseconds of that rate, so a path whose round trip is shorter is never held back by it, and
 * not less than the burst that a first window is; a silence cannot save up more. Once it is empty,
 * nothing leaves until a millisecond's worth has come together, so that a fast sender does not need
 * a timer for each packet.
 */
final class Pacer {
  private static final int BURST_PACKETS = 10;
  private static final int STEP_PACKETS = 2;
  private static final long BURST_NANOS = 2_000_000;
  private static final long STEP_NANOS = 1_000_000;

  private int mtu;
  private double credit;
  private long filledAtNanos;
  private long filledAtRate;

  /** What {@link #step(long)} was at that rate. */
  private double step;

  private boolean waiting;

  /**
   * A full bucket.
   *
   * @param mtu the packet size, bytes
   */
  Pacer(int mtu) {
    this.mtu = mtu;
    this.credit = (double) BURST_PACKETS * mtu;
  }

  void setMtu(int bytes) {
    mtu = bytes;
    filledAtRate = 0;
  }

  /**
   * Whether a packet may leave now.
   *
   * @param rate bytes a second
   */
  boolean isReady(long rate, long nowNanos) {
    if (rate == CongestionController.UNPACED) {
      return true;
    }
    fill(rate, nowNanos);
    // A byte is forgiven to rounding: else a timer would fire just before its time, again and
    // again.
    waiting = waiting ? credit < step - 1 : credit <= 0;
    return !waiting;
  }

  /** Bytes leave. */
  void handleSent(long bytes) {
    credit -= bytes;
  }

  /** When {@link #isReady}, which has just said no, will say yes at that rate. */
  long readyAtNanos(long rate) {
    return filledAtNanos + 1 + (long) ((step(rate) - credit) * 1e9 / rate);
  }

  private void fill(long rate, long nowNanos) {
    if (nowNanos == filledAtNanos && rate == filledAtRate) {
      return;
    }
    double most = Math.max(BURST_PACKETS * (double) mtu, worth(rate, BURST_NANOS));
    // What was sent beyond the bucket without asking, probes and such, is not held against it.
    credit = Math.max(credit, -step(rate));
    credit = Math.min(most, credit + worth(rate, nowNanos - filledAtNanos));
    filledAtNanos = nowNanos;
    filledAtRate = rate;
    step = step(rate);
  }

  private double step(long rate) {
    return Math.max(STEP_PACKETS * (double) mtu, worth(rate, STEP_NANOS));
  }

  private static double worth(long rate, long nanos) {
    return rate * (nanos / 1e9);
  }
}
