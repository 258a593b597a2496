package dev.turnstone.sctp.congestion;

/**
 * How much may be in flight for longer than a cycle: what the last probe that lost too much had in
 * flight, raised carefully when later probes lose nothing (draft-ietf-ccwg-bbr sections 5.3.3.6 and
 * 5.5.10.2, the long-term model).
 */
final class UpperBound {
  private static final double NONE = Double.POSITIVE_INFINITY;
  private static final double HEADROOM = 0.15;
  private static final double MOST = 1L << 48;

  private final double mtu;
  private double bytes = NONE;

  /** What was in flight when the newest chunk that got lost in this probe was sent. */
  private double lostAt;

  private int raises;
  private double step = NONE;
  private double acked;

  UpperBound(long mtu) {
    this.mtu = mtu;
  }

  /** Bytes, or infinity. */
  double bytes() {
    return bytes;
  }

  /** The same with room left for others. */
  double withHeadroom() {
    return bytes == NONE
        ? NONE
        : Math.max(Bbr.LEAST_PACKETS * mtu, bytes - Math.max(mtu, HEADROOM * bytes));
  }

  void set(double value) {
    bytes = value;
  }

  /** So much was in flight, and not too much of it got lost. */
  void handleSafe(double inFlight) {
    if (bytes != NONE) {
      bytes = Math.max(bytes, inFlight);
    }
  }

  void handleLost(double inFlightWhenSent) {
    lostAt = Math.max(lostAt, inFlightWhenSent);
  }

  /** So much was in flight, and too much of it got lost; no less than the last. */
  void handleTooHigh(double inFlight, double least) {
    bytes = Math.max(Math.max(lostAt, inFlight), least);
  }

  /** A cycle begins; raising starts slowly. */
  void beginCycle() {
    raises = 0;
    acked = 0;
  }

  void beginProbe(double window) {
    lostAt = 0;
    steepen(window);
  }

  void endProbe() {
    step = NONE;
  }

  /** The probe is held by this bound: it rises by 1, 2, 4... packets in a round. */
  void raise(double ackedBytes) {
    acked += ackedBytes;
    if (acked >= step) {
      double steps = Math.floor(acked / step);
      acked -= steps * step;
      bytes = Math.min(MOST, bytes + steps * mtu);
    }
  }

  /** A round of the probe has ended. */
  void steepen(double window) {
    step = Math.max(window / (1L << raises), mtu);
    raises = Math.min(raises + 1, 30);
  }
}
