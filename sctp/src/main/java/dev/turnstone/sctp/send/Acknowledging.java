package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.send.SentChunk.Fate;
import dev.turnstone.sctp.send.SpuriousDetection.Report;
import dev.turnstone.sctp.timer.RetransmissionTimeout;

/**
 * Takes SACKs in (RFC 9260 section 6.2.1), and tells those who learn from what they acknowledge:
 * the round trip, the delivery rate, losses, mistakes, the windows.
 */
final class Acknowledging implements SackWalk.Changes {
  private final Outstanding outstanding;
  private final SackWalk walk;
  private final SendWindow window;
  private final Recovery recovery;
  private final LossDetector detector;
  private final SpuriousDetection spurious;
  private final TailLossProbe probe;
  private final RateSampler rate;
  private final RetransmissionTimeout rto;

  private long nowNanos;
  private boolean advanced;
  private long lastRttSampleAt = Long.MIN_VALUE;

  Acknowledging(
      Outstanding outstanding,
      SendWindow window,
      Recovery recovery,
      LossDetector detector,
      SpuriousDetection spurious,
      TailLossProbe probe,
      RateSampler rate,
      RetransmissionTimeout rto) {
    this.outstanding = outstanding;
    this.walk = new SackWalk(outstanding, this);
    this.window = window;
    this.recovery = recovery;
    this.detector = detector;
    this.spurious = spurious;
    this.probe = probe;
    this.rate = rate;
    this.rto = rto;
  }

  SackResult handleSack(SackChunk sack, long now) {
    // 6.2.1 D i: a cumulative TSN before the one known makes it an old one.
    if (Tsn.isBefore(Tsn.next(sack.cumulativeTsn()), outstanding.firstTsn())) {
      return SackResult.STALE;
    }
    if (!walk.isSane(sack)) {
      return SackResult.INVALID;
    }
    return acknowledge(sack.cumulativeTsn(), sack, now);
  }

  SackResult handleCumulativeTsn(int tsn, long now) {
    if (Tsn.isBefore(Tsn.next(tsn), outstanding.firstTsn())) {
      return SackResult.STALE;
    }
    if (!Tsn.isBefore(tsn, outstanding.nextTsn())) {
      return SackResult.INVALID;
    }
    return acknowledge(tsn, null, now);
  }

  /** Whether the last SACK moved the cumulative TSN. */
  boolean advanced() {
    return advanced;
  }

  /** Forgets the gap blocks of the last SACK: the receiver has changed its mind. */
  void forgetGaps() {
    walk.forget();
  }

  /** The path is new: an RTT may be measured at once. */
  void handlePathChange() {
    lastRttSampleAt = Long.MIN_VALUE;
  }

  private SackResult acknowledge(int cumulativeTsn, SackChunk sack, long now) {
    nowNanos = now;
    long inFlightBefore = outstanding.bytesInFlight();
    advanced = !Tsn.isBefore(cumulativeTsn, outstanding.firstTsn());
    rate.begin();
    walk.acknowledge(cumulativeTsn, sack);
    if (walk.anyAcked()) {
      measure();
      window.handleAcked(walk.bytesAcked());
    }
    if (sack != null) {
      if (walk.anyAcked()) {
        // What a queue that ran over has left behind is many round trips of SACKs; there the rest
        // is sent again unseen, since it is nearly as likely lost as not.
        boolean inPart = walk.isCut() && !walk.isShattered();
        detector.setKnown(inPart, inPart ? walk.lastTold() : 0);
      }
      handleDuplicates(sack.duplicates());
    }
    recovery.handleCumulativeTsn(cumulativeTsn, now);
    recovery.undoMistake(now);
    long lost = recovery.detect(now);
    SentChunk repaired = probe.pollRepaired();
    if (repaired != null) {
      lost += recovery.handleRepaired(repaired, now);
    }
    if (sack != null) {
      SentChunk thrownAway = window.handleAdvertised(sack.arwnd());
      if (thrownAway != null) {
        recovery.lose(thrownAway, now);
      }
    }
    if (walk.anyAcked()) {
      long sampleSentAt = walk.rttSampleSentAt();
      window
          .congestion()
          .handleAcked(
              rate.sample(
                  walk.bytesAcked(),
                  lost,
                  advanced,
                  inFlightBefore,
                  outstanding.bytesInFlight(),
                  sampleSentAt < 0 ? -1 : now - sampleSentAt,
                  rto.smoothedRttNanos(),
                  detector.minRttNanos(),
                  now));
    }
    return advanced || walk.anyAcked() ? SackResult.ADVANCED : SackResult.NOTHING_NEW;
  }

  @Override
  public void handleAcked(SentChunk chunk) {
    boolean tooSoon = chunk.transmissions > 1 && detector.isTooSoon(nowNanos - chunk.sentAtNanos);
    if (chunk.fate == Fate.LOST) {
      spurious.handleLostArrived();
    } else if (tooSoon && spurious.handleTooSoon(chunk.tsn) == Report.MISTAKE) {
      detector.handleReordered();
    }
    probe.handleAcked(chunk, tooSoon);
    detector.handleAcked(chunk, nowNanos);
    rate.handleAcked(chunk, nowNanos);
  }

  @Override
  public void handleReneged(SentChunk chunk) {
    // It was thrown away, not lost on the way: nothing for the congestion window to answer for.
    recovery.lose(chunk, nowNanos);
  }

  private void handleDuplicates(int[] tsns) {
    for (int tsn : tsns) {
      Report report = spurious.handleDuplicate(tsn);
      if (report == Report.MISTAKE) {
        detector.handleDuplicate();
      }
      if (report != Report.NOT_OURS) {
        probe.handleDuplicate(tsn);
      }
    }
  }

  /** 6.3.1 C4: one RTT measurement in a round trip. */
  private void measure() {
    long sentAt = walk.rttSampleSentAt();
    if (sentAt >= 0 && sentAt >= lastRttSampleAt) {
      rto.handleRtt(nowNanos - sentAt);
      lastRttSampleAt = nowNanos;
    }
  }
}
