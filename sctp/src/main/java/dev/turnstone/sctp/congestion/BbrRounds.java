package dev.turnstone.sctp.congestion;

/**
 * Counts round trips by what is acknowledged (draft-ietf-ccwg-bbr section 5.5.1), and keeps what
 * the latest of them delivered, lost and waited (5.5.10.3).
 */
final class BbrRounds {
  private static final long NONE = Long.MAX_VALUE;

  private final AmbientLoss ambient;
  private long delivered;
  private long next;
  private boolean start;
  private long count;

  /** The rounds of loss end apart from those that a change of phase begins. */
  private long lossNext;

  private boolean lossStart;
  private double rateLatest;
  private double inflightLatest;
  private double lost;
  private double acked;
  private long least = NONE;
  private boolean queue;

  /** What this round acknowledges was sent before the sender slowed down. */
  private boolean mixed;

  BbrRounds(long mtu) {
    this.ambient = new AmbientLoss(mtu);
  }

  void handleAcked(AckSample ack, MinRtt minRtt) {
    delivered = ack.delivered();
    boolean sampled = ack.intervalNanos() > 0;
    start = sampled && ack.priorDelivered() >= next;
    if (start) {
      next = delivered;
      count++;
    }
    lossStart = sampled && ack.priorDelivered() >= lossNext;
    if (lossStart) {
      lossNext = delivered;
    }
    if (sampled) {
      rateLatest = Math.max(rateLatest, ack.deliveryRate());
      inflightLatest = Math.max(inflightLatest, delivered - ack.priorDelivered());
    }
    acked += ack.ackedBytes();
    if (ack.rttNanos() >= 0) {
      least = Math.min(least, ack.rttNanos());
    }
    if (lossStart) {
      // The least of the round: a queue that was there all the time.
      queue = least != NONE && minRtt.isKnown() && least - minRtt.nanos() > minRtt.nanos() / 4;
    }
  }

  void handleLost(long bytes) {
    lost += bytes;
  }

  /** What the last acknowledgement showed is where the next round begins. */
  void advance(AckSample ack) {
    if (lossStart) {
      rateLatest = ack.deliveryRate();
      inflightLatest = ack.intervalNanos() > 0 ? delivered - ack.priorDelivered() : 0;
    }
  }

  /** A round begins now, whatever has been of the one before. */
  void begin(long deliveredBytes) {
    next = deliveredBytes;
  }

  /** The sender slows down: what comes back in the round that begins was sent before. */
  void slowDown(long deliveredBytes) {
    next = deliveredBytes;
    lossNext = deliveredBytes;
    mixed = true;
    resetSignals();
  }

  /** What was seen so far was of another phase. */
  void resetSignals() {
    lost = 0;
    acked = 0;
    rateLatest = 0;
    inflightLatest = 0;
  }

  /** Whether the round that ends lost too much. */
  boolean isCongested() {
    return ambient.isCongestion(lost, lost + acked, queue);
  }

  /** Whether too much was lost while the newest acknowledged chunk was on its way. */
  boolean isCongested(AckSample ack) {
    return ambient.isCongestion(ack.lost() - ack.priorLost(), ack.priorInFlight(), queue);
  }

  /**
   * The round that ends was one without probing.
   *
   * @return whether what had been taken for congestion is now known for the path's own loss
   */
  boolean learnAmbientLoss() {
    if (queue || mixed) {
      return false;
    }
    boolean before = isCongested();
    ambient.handleQuietRound(lost, lost + acked);
    return before && !isCongested();
  }

  void endLossRound() {
    lost = 0;
    acked = 0;
    least = NONE;
    mixed = false;
  }

  /** Whether packets waited in a queue all through the round that ended last. */
  boolean isQueue() {
    return queue;
  }

  boolean isStart() {
    return start;
  }

  boolean isLossStart() {
    return lossStart;
  }

  long count() {
    return count;
  }

  long delivered() {
    return delivered;
  }

  double lostBytes() {
    return lost;
  }

  double rateLatest() {
    return rateLatest;
  }

  double inflightLatest() {
    return inflightLatest;
  }
}
