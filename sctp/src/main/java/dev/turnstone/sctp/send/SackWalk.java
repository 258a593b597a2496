package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.send.SentChunk.Fate;

/**
 * Goes over the TSNs of one SACK after another: what it acknowledges for the first time, and what
 * it takes back. The work is that of the changes, not of the window: blocks that the last SACK had
 * told already are stepped over.
 */
final class SackWalk {
  /** Is told what a SACK changes, chunk by chunk and before the chunk's fate changes. */
  interface Changes {
    /** Acknowledged for the first time. */
    void handleAcked(SentChunk chunk);

    /** Was acknowledged by a gap block, and is not any more. */
    void handleReneged(SentChunk chunk);
  }

  /** Stacks stop counting blocks at the MTU, or earlier: 20 is the least that is known. */
  private static final int FEWEST_CUT_BLOCKS = 16;

  /** With as many blocks a SACK fills a packet that is as small as packets are. */
  private static final int FULL_PACKET_BLOCKS = 220;

  /** A peer that takes back more often is not worth looking at: T3-rtx sees to it. */
  private static final int MOST_RENEGE_SCANS = 64;

  private final Outstanding outstanding;
  private final Changes changes;

  /** Gap blocks of the last SACK: first and last TSN in pairs. */
  private int[] told = new int[16];

  private int toldLength;
  private int[] spare = new int[16];
  private int renegeScans;

  /** The most blocks that the peer has told at once. */
  private int mostBlocks;

  private boolean cut;

  private long bytesAcked;
  private boolean anyAcked;
  private long rttSampleSentAt;

  SackWalk(Outstanding outstanding, Changes changes) {
    this.outstanding = outstanding;
    this.changes = changes;
  }

  /** Bytes in packets that the last SACK acknowledged for the first time. */
  long bytesAcked() {
    return bytesAcked;
  }

  boolean anyAcked() {
    return anyAcked;
  }

  /** When the newest chunk that is acknowledged for the first time was sent, if once; or -1. */
  long rttSampleSentAt() {
    return rttSampleSentAt;
  }

  /** Forgets the blocks of the last SACK: the receiver may have changed its mind. */
  void forget() {
    toldLength = 0;
  }

  /** Whether every TSN in it was sent. */
  boolean isSane(SackChunk sack) {
    int last = Tsn.previous(outstanding.nextTsn());
    if (Tsn.isAfter(sack.cumulativeTsn(), last)) {
      return false;
    }
    for (int i = 0; i < sack.gapCount(); i++) {
      if (Tsn.isAfter(sack.gapEnd(i), last)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Marks what the SACK acknowledges and lets go of what lies below the cumulative TSN.
   *
   * @param sack its gap blocks, or null when there is only the cumulative TSN
   */
  void acknowledge(int cumulativeTsn, SackChunk sack) {
    bytesAcked = 0;
    anyAcked = false;
    rttSampleSentAt = -1;
    boolean advanced = false;
    while (!outstanding.isEmpty() && Tsn.isAtOrBefore(outstanding.firstTsn(), cumulativeTsn)) {
      acknowledge(outstanding.firstTsn(), false);
      outstanding.removeFirst();
      advanced = true;
    }
    if (sack != null) {
      boolean wasCut = cut;
      cut = isCut(sack.gapCount());
      int covered = acknowledgeGaps(sack);
      // Only a SACK with something new in it is surely newer than the last one. One that overtook
      // another, or was cut, must not look like a receiver that changed its mind.
      if ((advanced || anyAcked)
          && outstanding.gapAcked() > covered
          && !wasCut
          && !cut
          && renegeScans < MOST_RENEGE_SCANS) {
        renegeScans++;
        takeBack();
      }
    }
  }

  private boolean isCut(int blocks) {
    mostBlocks = Math.max(mostBlocks, blocks);
    return blocks >= FEWEST_CUT_BLOCKS && (blocks == mostBlocks || blocks >= FULL_PACKET_BLOCKS);
  }

  /**
   * Whether the SACK may have more to say than it had room for. It names the lowest blocks, so what
   * lies beyond the last of them may well have arrived.
   */
  boolean isCut() {
    return cut;
  }

  /**
   * Whether every fourth TSN or more is missing as far as the last SACK could tell, over hundreds
   * of gaps.
   */
  boolean isShattered() {
    int blocks = toldLength / 2;
    return blocks >= FULL_PACKET_BLOCKS
        && Tsn.distance(outstanding.firstTsn(), lastTold()) < 4 * blocks;
  }

  /** The last TSN of the last block; there is one when it {@link #isCut}. */
  int lastTold() {
    return told[toldLength - 1];
  }

  /** Returns how many TSNs the blocks cover. */
  private int acknowledgeGaps(SackChunk sack) {
    int[] blocks = spare.length >= sack.gaps().length ? spare : new int[sack.gaps().length];
    int length = 0;
    int known = 0;
    int covered = 0;
    for (int i = 0; i < sack.gapCount(); i++) {
      int start = sack.gapStart(i);
      int end = sack.gapEnd(i);
      // Blocks that overlap or go backwards are never sent by an honest receiver; leaving them out
      // keeps the work linear.
      if (length > 0 && !Tsn.isAfter(start, blocks[length - 1])) {
        continue;
      }
      blocks[length++] = start;
      blocks[length++] = end;
      covered += Tsn.distance(start, end) + 1;
      int tsn = start;
      while (Tsn.isAtOrBefore(tsn, end)) {
        while (known < toldLength && Tsn.isBefore(told[known + 1], tsn)) {
          known += 2;
        }
        if (known < toldLength && Tsn.isAtOrBefore(told[known], tsn)) {
          tsn = Tsn.next(told[known + 1]);
        } else {
          acknowledge(tsn, true);
          tsn = Tsn.next(tsn);
        }
      }
    }
    spare = told;
    told = blocks;
    toldLength = length;
    return covered;
  }

  private void acknowledge(int tsn, boolean byGap) {
    SentChunk chunk = outstanding.get(tsn);
    if (chunk == null
        || chunk.fate == Fate.ACKED
        || chunk.fate == Fate.ABANDONED
        || byGap && chunk.reneged) {
      return;
    }
    changes.handleAcked(chunk);
    outstanding.setAcked(chunk);
    bytesAcked += chunk.wireLength();
    anyAcked = true;
    // 6.3.1 C5, Karn's rule: no measurement from a chunk that was sent again.
    if (chunk.transmissions == 1) {
      // Its time and not the chunk, which would keep its whole message from being freed.
      rttSampleSentAt = chunk.sentAtNanos;
    }
  }

  /** 6.2.1 D iii: what was acknowledged by a gap block and is not any more may be missing. */
  private void takeBack() {
    int tsn = outstanding.firstTsn();
    int end = outstanding.nextTsn();
    for (int i = 0; i < toldLength; i += 2) {
      takeBack(tsn, told[i]);
      tsn = Tsn.next(told[i + 1]);
    }
    takeBack(tsn, end);
  }

  private void takeBack(int from, int to) {
    for (int tsn = from; Tsn.isBefore(tsn, to); tsn = Tsn.next(tsn)) {
      SentChunk chunk = outstanding.get(tsn);
      if (chunk != null && chunk.fate == Fate.ACKED) {
        chunk.reneged = true;
        changes.handleReneged(chunk);
      }
    }
  }
}
