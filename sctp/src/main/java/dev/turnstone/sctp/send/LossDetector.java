package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.timer.RetransmissionTimeout;
import dev.turnstone.sctp.timer.TimerTable;

/**
 * Finds losses by time (RACK, RFC 8985 section 6): a chunk is lost when something that was sent
 * after it has arrived, and a round trip and a reordering window have gone by since it was sent. It
 * holds for retransmissions too. Chunks in flight are in the order of sending, so the work is that
 * of what is found.
 *
 * <p>Deviation: this takes the place of the counting of miss indications (RFC 9260 section 7.2.4),
 * which finds neither a lost retransmission nor a loss with fewer than three chunks behind it, and
 * takes reordering by three packets for a loss.
 */
final class LossDetector {
  private static final int DUP_THRESHOLD = 3;
  private static final int PERSIST_RECOVERIES = 16;

  private final Outstanding outstanding;
  private final RetransmissionTimeout rto;
  private final MinimumRtt minimumRtt = new MinimumRtt();

  // Of the chunk that was sent last among those that have arrived (RACK.xmit_ts and RACK.rtt).
  private long packet;
  private long rttNanos;

  /** The highest TSN that has arrived (RACK.fack). */
  private int highestTsn;

  /** The last SACK was too small for all that has arrived, and tells only up to a TSN. */
  private boolean knownInPart;

  private int lastKnown;

  private boolean reorderingSeen;
  private int windowSteps = 1;
  private int persist;

  /** The window has grown in the round that ends with this TSN. */
  private boolean grown;

  private int roundEnd;

  LossDetector(Outstanding outstanding, RetransmissionTimeout rto) {
    this.outstanding = outstanding;
    this.rto = rto;
    this.highestTsn = Tsn.previous(outstanding.firstTsn());
  }

  /** A chunk has arrived; to be told before its fate changes. */
  void handleAcked(SentChunk chunk, long nowNanos) {
    long rtt = Math.max(0, nowNanos - chunk.sentAtNanos);
    boolean once = chunk.transmissions == 1;
    if (once) {
      minimumRtt.handleRtt(rtt, nowNanos);
      // Section 6.2, step 3: what arrives behind a higher TSN, and was not sent again, shows
      // reordering.
      if (Tsn.isBefore(chunk.tsn, highestTsn)) {
        reorderingSeen = true;
      }
    }
    if (Tsn.isAfter(chunk.tsn, highestTsn)) {
      highestTsn = chunk.tsn;
    }
    // Step 2: an answer that comes too soon answers an earlier transmission.
    if ((once || !isTooSoon(rtt)) && chunk.packet >= packet) {
      packet = chunk.packet;
      rttNanos = rtt;
    }
  }

  /**
   * How far the last SACK tells what has arrived.
   *
   * @param cut whether it had no room for all; then nothing is known beyond {@code tsn}
   */
  void setKnown(boolean cut, int tsn) {
    knownInPart = cut;
    lastKnown = tsn;
  }

  /** Whether an answer after so long cannot be that to the last transmission. */
  boolean isTooSoon(long rtt) {
    return minimumRtt.isKnown() && rtt < minimumRtt.nanos();
  }

  /**
   * A chunk that was taken for lost, and was sent again, came late: that is reordering too, though
   * step 3 learns only from what was not sent again.
   */
  void handleReordered() {
    reorderingSeen = true;
  }

  /** Step 4: the peer has told of a chunk that came twice because we took it for lost. */
  void handleDuplicate() {
    reorderingSeen = true;
    if (grown && Tsn.isBefore(outstanding.firstTsn(), roundEnd)) {
      return;
    }
    grown = true;
    roundEnd = outstanding.nextTsn();
    windowSteps++;
    persist = PERSIST_RECOVERIES;
  }

  /**
   * What was sent again had arrived before: the answer to it was not its own, and shows nothing
   * about what was sent before it.
   */
  void forgetArrivals() {
    packet = 0;
  }

  /** Step 4: a recovery has ended; after 16 of them what duplicates had told is forgotten. */
  void handleRecovered() {
    if (persist > 0 && --persist == 0) {
      windowSteps = 1;
    }
  }

  /** The shortest RTT of late, nanoseconds, or {@link Long#MAX_VALUE}. */
  long minRttNanos() {
    return minimumRtt.nanos();
  }

  /**
   * The reordering window now, nanoseconds (step 4).
   *
   * @param recovering whether a loss is being repaired
   */
  long window(boolean recovering) {
    if (!reorderingSeen && (recovering || isThresholdReached())) {
      return 0;
    }
    if (!minimumRtt.isKnown()) {
      return 0;
    }
    long window = windowSteps * (minimumRtt.nanos() / 4);
    return rto.smoothedRttNanos() < 0 ? window : Math.min(window, rto.smoothedRttNanos());
  }

  /**
   * What is left of DupThresh: three chunks have arrived beyond the gap, and three packets were
   * sent behind the oldest in flight. The latter because a packet may hold many small chunks, and
   * one packet that overtakes is no loss.
   */
  private boolean isThresholdReached() {
    SentChunk first = outstanding.firstSent();
    return outstanding.gapAcked() >= DUP_THRESHOLD
        && first != null
        && packet - first.packet >= DUP_THRESHOLD;
  }

  /**
   * The next chunk that is lost, or null (step 5), if {@link #isTold}. The caller changes its fate
   * before it asks again.
   *
   * @param window {@link #window}, asked once before the first
   */
  SentChunk passed(long window, long nowNanos) {
    SentChunk first = outstanding.firstSent();
    return isPassed(first) && deadline(first, window) <= nowNanos ? first : null;
  }

  /** When the next chunk will count as lost unless it arrives, or {@link TimerTable#NEVER}. */
  long nextDeadline(long window) {
    SentChunk first = outstanding.firstSent();
    return isPassed(first) ? deadline(first, window) : TimerTable.NEVER;
  }

  private boolean isPassed(SentChunk chunk) {
    return chunk != null && chunk.packet < packet;
  }

  /** Whether the last SACK would have told of the chunk if it had arrived. */
  boolean isTold(SentChunk chunk) {
    return !knownInPart || Tsn.isAtOrBefore(chunk.tsn, lastKnown);
  }

  private long deadline(SentChunk chunk, long window) {
    return chunk.sentAtNanos + rttNanos + window;
  }

  /** The path is new: its times are unknown, and reordering may be other. */
  void reset() {
    minimumRtt.reset();
    reorderingSeen = false;
    windowSteps = 1;
    persist = 0;
  }
}
