package dev.turnstone.sctp.congestion;

/**
 * Sees that sending faster does not deliver faster: three rounds in which the rate of delivery grew
 * by less than a quarter (draft-ietf-ccwg-bbr section 5.3.1.2).
 */
final class FullPipe {
  private static final double GROWTH = 1.25;
  private static final int ROUNDS = 3;

  private double baseline;
  private int count;

  /** Begins anew, with the rate that is to be exceeded. */
  void restart(double bytesPerSecond) {
    baseline = bytesPerSecond;
    count = 0;
  }

  /** A round in which the sender had enough to send has ended, with this rate of delivery. */
  void handleRound(double bytesPerSecond) {
    if (isFull()) {
      return;
    }
    if (bytesPerSecond >= baseline * GROWTH) {
      restart(bytesPerSecond);
    } else {
      count++;
    }
  }

  boolean isFull() {
    return count >= ROUNDS;
  }
}
