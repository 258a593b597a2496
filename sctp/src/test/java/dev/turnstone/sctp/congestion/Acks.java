package dev.turnstone.sctp.congestion;

/** Acknowledgements for a controller under test, in packets of 1000 bytes, all paid in full. */
final class Acks {
  static final int MTU = 1000;

  private final CongestionController controller;
  private long delivered;
  private long lost;

  Acks(CongestionController controller) {
    this.controller = controller;
  }

  /** Acknowledges with the window in full use. */
  void full(long nowMillis, long rttMillis, double packets) {
    inUse(nowMillis, rttMillis, packets, controller.window());
  }

  /** Acknowledges with so many bytes in flight. */
  void inUse(long nowMillis, long rttMillis, double packets, long inFlight) {
    long bytes = (long) (packets * MTU);
    long prior = delivered;
    delivered += bytes;
    controller.handleAcked(
        new AckSample(
            nowMillis * 1_000_000,
            bytes,
            0,
            true,
            inFlight,
            Math.max(0, inFlight - bytes),
            rttMillis * 1_000_000,
            rttMillis * 1_000_000,
            delivered,
            lost,
            prior,
            lost,
            inFlight,
            rttMillis * 1_000_000,
            false));
  }

  /** The first loss of a recovery, of one packet, with the window in full use. */
  void lose(long nowMillis) {
    lost += MTU;
    long window = controller.window();
    controller.handleLoss(new LossSample(nowMillis * 1_000_000, MTU, window, window, true));
  }

  double packets() {
    return (double) controller.window() / MTU;
  }
}
