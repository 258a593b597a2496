package dev.turnstone.sctp.congestion;

/**
 * HyStart++ (RFC 9406): leaves the first slow start when the round trip begins to grow, before the
 * queue overflows. What looks like growth is first answered with a slower slow start, which ends
 * when the growth proves to be none.
 */
final class HyStart {
  private static final long NONE = Long.MAX_VALUE;

  /** 4.3: MIN_RTT_THRESH and MAX_RTT_THRESH, MIN_RTT_DIVISOR. */
  private static final long LEAST_GROWTH = 4_000_000;

  private static final long MOST_GROWTH = 16_000_000;
  private static final long GROWTH_DIVISOR = 8;

  /** 4.3: N_RTT_SAMPLE, CSS_GROWTH_DIVISOR, CSS_ROUNDS. */
  private static final int SAMPLES = 8;

  private static final int SLOWER = 4;
  private static final int SLOWER_ROUNDS = 5;

  /** 4.3: L, where packets are not paced. */
  private static final int BURST_PACKETS = 8;

  private final long mtu;
  private long roundEnd;
  private long lastRoundMin = NONE;
  private long roundMin = NONE;
  private int samples;
  private long baseline = NONE;
  private int slowerRounds;
  private boolean done;

  HyStart(long mtu) {
    this.mtu = mtu;
  }

  /** Whether slow start is over. */
  boolean isDone() {
    return done;
  }

  /** Loss ended it. */
  void stop() {
    done = true;
  }

  /**
   * Takes in an acknowledgement of slow start.
   *
   * @param paced whether packets are paced: then a batch need not be cut
   * @return by how many bytes the window may grow
   */
  long handleAcked(AckSample ack, boolean paced) {
    // 4.2: a round ends when something is acknowledged that was sent after it began.
    if (ack.priorDelivered() >= roundEnd) {
      beginRound(ack.delivered());
    }
    if (ack.rttNanos() >= 0) {
      roundMin = Math.min(roundMin, ack.rttNanos());
      samples++;
    }
    // 4.2: L is infinite where packets are paced.
    long bytes = paced ? ack.ackedBytes() : Math.min(ack.ackedBytes(), BURST_PACKETS * mtu);
    boolean slower = baseline != NONE;
    judge(slower);
    return slower ? bytes / SLOWER : bytes;
  }

  private void beginRound(long delivered) {
    roundEnd = delivered;
    lastRoundMin = roundMin;
    roundMin = NONE;
    samples = 0;
    // 4.2: conservative slow start lasts five rounds at most, then slow start is over.
    if (baseline != NONE && ++slowerRounds >= SLOWER_ROUNDS) {
      done = true;
    }
  }

  private void judge(boolean slower) {
    if (samples < SAMPLES) {
      return;
    }
    if (slower) {
      // 4.2: it was not the queue: slow start goes on.
      if (roundMin < baseline) {
        baseline = NONE;
        slowerRounds = 0;
      }
    } else if (lastRoundMin != NONE) {
      long growth = Math.max(LEAST_GROWTH, Math.min(lastRoundMin / GROWTH_DIVISOR, MOST_GROWTH));
      if (roundMin - lastRoundMin >= growth) {
        baseline = roundMin;
        slowerRounds = 0;
      }
    }
  }
}
