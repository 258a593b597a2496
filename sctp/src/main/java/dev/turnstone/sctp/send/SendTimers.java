package dev.turnstone.sctp.send;

import dev.turnstone.sctp.timer.RetransmissionTimeout;
import dev.turnstone.sctp.timer.TimerTable;

/** When the sending half looks again: for losses, at a silent tail, and as the last resort. */
final class SendTimers {
  /** The timers of the sending half; of those due at one moment the first here comes first. */
  enum Timer {
    /** A chunk counts as lost unless it has arrived (RFC 8985 section 6.2, step 5). */
    REORDERING,
    /** The tail of a flight has been silent for too long (RFC 8985 section 7.2). */
    PROBE,
    /** Pacing lets the next packets leave: firing is all that it does. */
    PACING,
    /** The last resort (RFC 9260 section 6.3). */
    T3_RTX
  }

  /** By how much a peer may delay its SACK for a single packet (RFC 9260 section 6.2). */
  private static final long PEER_SACK_DELAY_NANOS = 200_000_000;

  /** What both hosts' schedulers may take of a short round trip before a probe is due. */
  private static final long MIN_PROBE_NANOS = 10_000_000;

  private final TimerTable<Timer> table = new TimerTable<>(Timer.class);
  private final Outstanding outstanding;
  private final RetransmissionTimeout rto;
  private final SendWindow window;
  private final TailLossProbe probe;

  SendTimers(
      Outstanding outstanding, RetransmissionTimeout rto, SendWindow window, TailLossProbe probe) {
    this.outstanding = outstanding;
    this.rto = rto;
    this.window = window;
    this.probe = probe;
  }

  Timer pollDue(long nowNanos) {
    return table.pollDue(nowNanos);
  }

  long next() {
    return table.next();
  }

  /** T3-rtx begins anew (RFC 9260 section 6.3.2, R3). */
  void restartT3(long nowNanos) {
    table.set(Timer.T3_RTX, nowNanos + rto.nanos());
  }

  void stopT3() {
    table.stop(Timer.T3_RTX);
  }

  void stopProbe() {
    table.stop(Timer.PROBE);
  }

  /** Nothing is looked at until something is started again. */
  void suspend() {
    table.stop(Timer.T3_RTX);
    table.stop(Timer.PROBE);
    table.stop(Timer.REORDERING);
  }

  void setPacing(long atNanos) {
    table.set(Timer.PACING, atNanos);
  }

  void stopPacing() {
    table.stop(Timer.PACING);
  }

  /** A chunk will count as lost then, unless it arrives; {@link TimerTable#NEVER} for none. */
  void setReordering(long atNanos) {
    table.set(Timer.REORDERING, atNanos);
  }

  /** 6.3.2 R1: T3-rtx runs while something is outstanding. */
  void startT3(long nowNanos) {
    if (!table.isRunning(Timer.T3_RTX) && !outstanding.isEmpty()) {
      table.set(Timer.T3_RTX, nowNanos + rto.nanos());
    }
  }

  /**
   * RFC 8985 section 7.2: two round trips, and what the peer may wait where one packet is in
   * flight. T3-rtx comes after it.
   *
   * <p>Deviation: in a recovery too, as long as time alone finds nothing: the last retransmission
   * of all can be lost as well as the last packet.
   */
  void startProbe(long nowNanos) {
    SentChunk last = outstanding.lastSent();
    long srtt = rto.smoothedRttNanos();
    if (last == null
        || srtt < 0
        || probe.isSpent()
        || window.isProbing()
        || table.isRunning(Timer.REORDERING)) {
      table.stop(Timer.PROBE);
      return;
    }
    long wait = Math.max(2 * srtt, MIN_PROBE_NANOS);
    if (outstanding.firstSent().packet == last.packet && !last.immediate) {
      wait += PEER_SACK_DELAY_NANOS;
    }
    table.set(Timer.PROBE, Math.min(nowNanos + wait, table.deadline(Timer.T3_RTX)));
  }
}
