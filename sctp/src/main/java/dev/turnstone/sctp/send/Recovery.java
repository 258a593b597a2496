package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.congestion.LossSample;
import dev.turnstone.sctp.send.SentChunk.Fate;
import dev.turnstone.sctp.timer.RetransmissionTimeout;
import dev.turnstone.sctp.timer.TimerTable;

/**
 * What is lost, what is therefore sent again, what is given up instead, and what turns out not to
 * have been lost (RFC 9260 sections 6.3.3 and 7.2.4, RFC 3758 section 3.5).
 */
final class Recovery {
  private final Outstanding outstanding;
  private final SendQueue queue;
  private final SendWindow window;
  private final ForwardTsn forward;
  private final LossDetector detector;
  private final SpuriousDetection spurious;
  private final RateSampler rate;
  private final RetransmissionTimeout rto;

  /** Fast recovery is under way until this TSN is acknowledged. */
  private boolean recovering;

  private int exit;

  /** What T3-rtx marked is being sent again until this TSN is acknowledged. */
  private boolean afterTimeout;

  private int timeoutExit;

  /** The next lost chunk goes out whatever the window says (7.2.4, step 3). */
  private boolean atOnce;

  /** When the next chunk will count as lost unless it arrives. */
  private long deadline = TimerTable.NEVER;

  private long retransmissions;
  private long fastRetransmissions;

  Recovery(
      Outstanding outstanding,
      SendQueue queue,
      SendWindow window,
      ForwardTsn forward,
      LossDetector detector,
      SpuriousDetection spurious,
      RateSampler rate,
      RetransmissionTimeout rto) {
    this.outstanding = outstanding;
    this.queue = queue;
    this.window = window;
    this.forward = forward;
    this.detector = detector;
    this.spurious = spurious;
    this.rate = rate;
    this.rto = rto;
  }

  boolean isAtOnce() {
    return atOnce;
  }

  /** Whatever waits to be sent again may go now: nothing else will make the peer speak. */
  void setAtOnce() {
    atOnce = true;
  }

  /** A lost chunk is about to be sent again. */
  void handleResent(SentChunk chunk) {
    atOnce = false;
    retransmissions++;
    if (chunk.missed) {
      chunk.missed = false;
      fastRetransmissions++;
    }
    spurious.handleResent(chunk.tsn);
    outstanding.setResent(chunk);
  }

  /** A chunk that may not be lost is about to be sent again as a probe. */
  void handleProbe(SentChunk chunk) {
    retransmissions++;
    spurious.handleProbe(chunk.tsn);
    outstanding.setResent(chunk);
  }

  /** A recovery ends when all that was outstanding at its beginning is acknowledged. */
  void handleCumulativeTsn(int tsn, long nowNanos) {
    if (recovering && !Tsn.isAfter(exit, tsn)) {
      recovering = false;
      detector.handleRecovered();
      window.congestion().handleRecovered(nowNanos);
    }
    if (afterTimeout && !Tsn.isAfter(timeoutExit, tsn)) {
      afterTimeout = false;
      detector.handleRecovered();
    }
  }

  /** Looks whether all that was sent again was so by mistake, and then takes the reaction back. */
  void undoMistake(long nowNanos) {
    if (!spurious.pollMistake(outstanding.anyLost())) {
      return;
    }
    recovering = false;
    afterTimeout = false;
    atOnce = false;
    outstanding.restoreLost();
    detector.forgetArrivals();
    rto.forgetBackOff();
    window.congestion().handleSpuriousLoss(nowNanos);
  }

  /**
   * Marks what time shows to be lost by now.
   *
   * @return its bytes
   */
  long detect(long nowNanos) {
    long reordering = detector.window(recovering || afterTimeout);
    long before = outstanding.bytesInFlight();
    long bytes = 0;
    long priorInFlight = 0;
    for (SentChunk chunk = nextLost(reordering, nowNanos);
        chunk != null;
        chunk = nextLost(reordering, nowNanos)) {
      bytes += chunk.wireLength();
      priorInFlight = chunk.inFlight;
      chunk.missed = true;
      lose(chunk, nowNanos);
    }
    deadline = detector.nextDeadline(reordering);
    if (bytes > 0) {
      react(bytes, before, priorInFlight, nowNanos);
    }
    return bytes;
  }

  private SentChunk nextLost(long reordering, long nowNanos) {
    SentChunk untold = outstanding.firstUntold();
    if (untold != null && detector.isTold(untold)) {
      return untold;
    }
    SentChunk passed = detector.passed(reordering, nowNanos);
    while (passed != null && !detector.isTold(passed)) {
      // Lost or arrived, it is on the way no more and does not fill the window. It is sent again
      // when it is known to be lost: a SACK with room only for the lowest gaps must not cause a
      // flood of what the peer has already.
      outstanding.setUntold(passed);
      passed = detector.passed(reordering, nowNanos);
    }
    return passed;
  }

  /** When {@link #detect} is to be called again, or {@link TimerTable#NEVER}. */
  long nextDeadline() {
    return deadline;
  }

  /**
   * A probe has repaired a loss before anything could show it (RFC 8985 section 7.4): the path
   * dropped a packet all the same, and the window answers for it.
   *
   * @return its bytes
   */
  long handleRepaired(SentChunk chunk, long nowNanos) {
    boolean begins = !recovering;
    react(chunk.wireLength(), outstanding.bytesInFlight(), chunk.inFlight, nowNanos);
    atOnce = false;
    if (begins) {
      spurious.adoptProbe(chunk.tsn);
    }
    return chunk.wireLength();
  }

  private void react(long bytes, long inFlightBefore, long priorInFlight, long nowNanos) {
    boolean begins = !recovering;
    if (begins) {
      recovering = true;
      exit = Tsn.previous(outstanding.nextTsn());
      atOnce = true;
      spurious.begin(false);
    }
    rate.handleLost(bytes);
    window
        .congestion()
        .handleLoss(new LossSample(nowNanos, bytes, inFlightBefore, priorInFlight, begins));
  }

  /**
   * T3-rtx expired (RFC 9260 section 6.3.3): everything in flight counts as lost.
   *
   * @param probing whether it was the peer's closed window that held things back: that says nothing
   *     about congestion
   * @param reneged whether what gap blocks acknowledged is lost too
   */
  void handleTimeout(boolean probing, boolean reneged, long nowNanos) {
    if (!probing) {
      // E1.
      window.congestion().handleTimeout(nowNanos);
      spurious.begin(true);
      rate.handleLost(outstanding.bytesInFlight());
      afterTimeout = true;
      timeoutExit = Tsn.previous(outstanding.nextTsn());
    }
    // E2.
    rto.backOff();
    // E3: everything outstanding is marked; what fits goes first, the rest as the window allows.
    loseAll(reneged, nowNanos);
  }

  /**
   * Everything in flight counts as lost.
   *
   * @param reneged whether what gap blocks acknowledged is lost too
   */
  void loseAll(boolean reneged, long nowNanos) {
    int end = outstanding.nextTsn();
    for (int tsn = outstanding.firstTsn(); Tsn.isBefore(tsn, end); tsn = Tsn.next(tsn)) {
      SentChunk chunk = outstanding.get(tsn);
      if (chunk.fate == Fate.IN_FLIGHT
          || chunk.fate == Fate.UNTOLD
          || reneged && chunk.fate == Fate.ACKED) {
        lose(chunk, nowNanos);
      }
    }
    recovering = false;
    deadline = TimerTable.NEVER;
    atOnce = outstanding.anyLost();
    forward.advance();
  }

  /** Marks a chunk to be sent again, or gives its message up (RFC 3758 section 3.5, A). */
  void lose(SentChunk chunk, long nowNanos) {
    if (isSpent(chunk) || isExpired(chunk.message, nowNanos)) {
      abandon(chunk.message);
    } else {
      outstanding.setLost(chunk);
    }
  }

  /** Whether it may not be sent again (RFC 7496 section 4.3). */
  boolean isSpent(SentChunk chunk) {
    int limit = chunk.message.maxRetransmits;
    return limit >= 0 && chunk.transmissions > limit && queue.partialReliability();
  }

  /** Whether its lifetime is over and the peer can be told so. */
  boolean isExpired(OutgoingMessage message, long nowNanos) {
    return message.isExpired(nowNanos) && queue.partialReliability();
  }

  /** Gives a message up, whatever part of it was sent. */
  void abandon(OutgoingMessage message) {
    boolean begun = message.isBegun();
    boolean cut = begun && !message.isTaken();
    queue.drop(message);
    if (!begun) {
      return;
    }
    if (cut) {
      // The last fragment will never come. A TSN of its own, given up from birth, makes sure that a
      // FORWARD TSN tells the peer so, even if it has all the fragments that were sent.
      SentChunk end = new SentChunk(outstanding.nextTsn(), message, 0, true, 0);
      end.fate = Fate.ABANDONED;
      outstanding.add(end);
      message.setLastTsn(end.tsn);
    }
    int tsn = message.firstTsn();
    if (Tsn.isBefore(tsn, outstanding.firstTsn())) {
      tsn = outstanding.firstTsn();
    }
    for (; Tsn.isAtOrBefore(tsn, message.lastTsn()); tsn = Tsn.next(tsn)) {
      SentChunk chunk = outstanding.get(tsn);
      if (chunk.message == message) {
        outstanding.setAbandoned(chunk);
      }
    }
    forward.advance();
  }

  /** DATA chunks sent again. */
  long retransmissions() {
    return retransmissions;
  }

  /** Those of them that what was sent later showed to be lost. */
  long fastRetransmissions() {
    return fastRetransmissions;
  }
}
