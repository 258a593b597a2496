package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.congestion.CongestionController;
import dev.turnstone.sctp.congestion.LossSample;
import dev.turnstone.sctp.send.SentChunk.Fate;

/**
 * What is lost, what is therefore sent again, and what is given up instead (RFC 9260 sections 6.3.3
 * and 7.2.4, RFC 3758 section 3.5).
 */
final class Recovery {
  private final Outstanding outstanding;
  private final SendQueue queue;
  private final CongestionController congestion;
  private final ForwardTsn forward;

  private boolean recovering;
  private int exit;

  /** The next lost chunk goes out whatever the window says (7.2.4, step 3). */
  private boolean atOnce;

  Recovery(
      Outstanding outstanding,
      SendQueue queue,
      CongestionController congestion,
      ForwardTsn forward) {
    this.outstanding = outstanding;
    this.queue = queue;
    this.congestion = congestion;
    this.forward = forward;
  }

  /** Whether fast recovery is under way. */
  boolean isRecovering() {
    return recovering;
  }

  boolean isAtOnce() {
    return atOnce;
  }

  /** A lost chunk was sent again. */
  void handleResent() {
    atOnce = false;
  }

  /** Fast recovery ends when all that was outstanding at its beginning is acknowledged. */
  void handleCumulativeTsn(int tsn, long nowNanos) {
    if (recovering && !Tsn.isAfter(exit, tsn)) {
      recovering = false;
      congestion.handleRecovered(nowNanos);
    }
  }

  /** Gap reports have told three times that a chunk is missing. */
  void handleMissing(SentChunk chunk, long nowNanos) {
    boolean begins = !recovering;
    if (begins) {
      recovering = true;
      exit = Tsn.previous(outstanding.nextTsn());
      atOnce = true;
    }
    long inFlight = outstanding.bytesInFlight();
    congestion.handleLoss(new LossSample(nowNanos, chunk.wireLength(), inFlight, inFlight, begins));
    chunk.missed = true;
    lose(chunk, nowNanos);
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
      if (chunk.fate == Fate.IN_FLIGHT || reneged && chunk.fate == Fate.ACKED) {
        lose(chunk, nowNanos);
      }
    }
    recovering = false;
    atOnce = outstanding.anyLost();
    forward.advance();
  }

  /** Marks a chunk to be sent again, or gives its message up (RFC 3758 section 3.5, A). */
  void lose(SentChunk chunk, long nowNanos) {
    OutgoingMessage message = chunk.message;
    boolean spent = message.maxRetransmits >= 0 && chunk.transmissions > message.maxRetransmits;
    if (spent && queue.partialReliability() || isExpired(message, nowNanos)) {
      abandon(message);
    } else {
      outstanding.setLost(chunk);
    }
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
      SentChunk end = new SentChunk(outstanding.nextTsn(), message, message.taken(), 0, true, 0);
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
}
