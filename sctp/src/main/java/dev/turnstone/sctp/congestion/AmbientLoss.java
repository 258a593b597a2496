package dev.turnstone.sctp.congestion;

/**
 * Tells loss that the sender causes from loss that the path has anyway.
 *
 * <p>Deviation: draft-ietf-ccwg-bbr takes a round that loses more than 2 % for congestion. A radio
 * path with 5 % of random loss would be taken for congested in each round, and the model would fall
 * to nothing. Two things tell the two apart. Loss for want of room in a queue comes with a round
 * trip that has grown, or, where the queue is too short for that, in large parts of what was sent
 * too much. And it ends when the sender slows down, where random loss stays. So the loss of the
 * rounds in which the sender did not probe and saw no queue is kept as what the path has anyway,
 * and only what exceeds it by 2 % is congestion.
 *
 * <p>When random loss begins, it is answered as congestion until it has stayed, with no queue, for
 * some rounds in which the sender was slowing down.
 *
 * <p>What it takes for the path's own is bounded, so that flows that crowd each other out of a
 * short queue cannot all come to think of that loss as normal.
 */
final class AmbientLoss {
  /** The draft's BBR.LossThresh. */
  private static final double THRESHOLD = 0.02;

  /** Above this a round is congested, though no queue is seen and nothing is known of the path. */
  private static final double OVERFLOW = 0.2;

  /** No more than this is taken for the path's own. */
  private static final double MOST = 0.1;

  /** Packets and rounds that make a measurement, and of how many the least is taken. */
  private static final int PACKETS = 256;

  private static final int ROUNDS = 4;
  private static final int KEPT = 4;

  private final double mtu;
  private final double[] measured = new double[KEPT];
  private int count;
  private double lost;
  private double sent;
  private int rounds;

  AmbientLoss(long mtu) {
    this.mtu = mtu;
  }

  /**
   * A round without probing and without a queue has ended: what was gathered becomes a measurement
   * when it is enough.
   *
   * @param sentBytes lost or delivered
   */
  void handleQuietRound(double lostBytes, double sentBytes) {
    lost += lostBytes;
    sent += sentBytes;
    rounds++;
    if (rounds >= ROUNDS && sent >= PACKETS * mtu) {
      measured[count++ % KEPT] = Math.min(MOST, lost / sent);
      lost = 0;
      sent = 0;
      rounds = 0;
    }
  }

  /** The part of the packets that the path loses whatever the sender does. */
  double part() {
    double least = count == 0 ? 0 : 1;
    for (int i = 0; i < Math.min(count, KEPT); i++) {
      least = Math.min(least, measured[i]);
    }
    return least;
  }

  /**
   * Whether it is too much.
   *
   * @param lostBytes lost of that
   * @param sentBytes lost or delivered
   * @param queue whether the round trip had grown
   */
  boolean isCongestion(double lostBytes, double sentBytes, boolean queue) {
    double threshold = count > 0 ? part() + THRESHOLD : queue ? THRESHOLD : OVERFLOW;
    double expected = threshold * sentBytes / mtu;
    // Few packets say little: what the threshold may bring by chance (twice the deviation of
    // rare events) is no sign.
    return lostBytes / mtu > expected + 2 * Math.sqrt(expected);
  }
}
