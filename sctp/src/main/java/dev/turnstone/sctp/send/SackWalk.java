package dev.turnstone.sctp.send;

import dev.turnstone.sctp.chunk.SackChunk;
import dev.turnstone.sctp.chunk.Tsn;
import dev.turnstone.sctp.send.SentChunk.Fate;

/**
 * Goes over the TSNs of one SACK after another: what it acknowledges for the first time, and what
 * it shows to be missing. The work is that of the changes, not of the window: blocks that the last
 * SACK had told already are stepped over.
 */
final class SackWalk {
  private static final int MISSES_FOR_LOSS = 3;

  private final Outstanding outstanding;

  /** Gap blocks of the last SACK: first and last TSN in pairs. */
  private int[] told = new int[16];

  private int toldLength;
  private int[] spare = new int[16];

  private long bytesAcked;
  private boolean anyAcked;
  private int highestAcked;
  private SentChunk rttSample;

  SackWalk(Outstanding outstanding) {
    this.outstanding = outstanding;
  }

  /** Bytes in packets that the last SACK acknowledged for the first time. */
  long bytesAcked() {
    return bytesAcked;
  }

  boolean anyAcked() {
    return anyAcked;
  }

  /** The newest chunk acknowledged for the first time that was sent only once, or null. */
  SentChunk rttSample() {
    return rttSample;
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

  /** Marks what the SACK acknowledges and lets go of what lies below the cumulative TSN. */
  void acknowledge(int cumulativeTsn, SackChunk sack) {
    bytesAcked = 0;
    anyAcked = false;
    rttSample = null;
    while (!outstanding.isEmpty() && Tsn.isAtOrBefore(outstanding.firstTsn(), cumulativeTsn)) {
      acknowledge(outstanding.firstTsn());
      outstanding.removeFirst();
    }
    if (sack != null) {
      acknowledgeGaps(sack);
    }
  }

  private void acknowledgeGaps(SackChunk sack) {
    int[] blocks = spare.length >= sack.gaps().length ? spare : new int[sack.gaps().length];
    int length = 0;
    int known = 0;
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
      int tsn = start;
      while (Tsn.isAtOrBefore(tsn, end)) {
        while (known < toldLength && Tsn.isBefore(told[known + 1], tsn)) {
          known += 2;
        }
        if (known < toldLength && Tsn.isAtOrBefore(told[known], tsn)) {
          tsn = Tsn.next(told[known + 1]);
        } else {
          acknowledge(tsn);
          tsn = Tsn.next(tsn);
        }
      }
    }
    spare = told;
    told = blocks;
    toldLength = length;
  }

  private void acknowledge(int tsn) {
    SentChunk chunk = outstanding.get(tsn);
    if (chunk == null || chunk.fate == Fate.ACKED || chunk.fate == Fate.ABANDONED) {
      return;
    }
    outstanding.setAcked(chunk);
    bytesAcked += chunk.wireLength();
    anyAcked = true;
    highestAcked = tsn;
    // 6.3.1 C5, Karn's rule: no measurement from a chunk that was sent again.
    if (chunk.transmissions == 1) {
      rttSample = chunk;
    }
  }

  /**
   * Counts miss indications (RFC 9260 section 7.2.4) in the holes of the SACK that was just {@link
   * #acknowledge acknowledged}.
   *
   * @param recovery is given each chunk that counts as lost now
   * @param advanced whether the cumulative TSN moved
   */
  void countMisses(Recovery recovery, boolean advanced, long nowNanos) {
    if (!anyAcked || toldLength == 0) {
      return;
    }
    // HTNA: only holes below the highest TSN that is newly acknowledged count; in fast recovery all
    // do when the cumulative TSN moves.
    boolean all = advanced && recovery.isRecovering();
    int bound = all ? told[toldLength - 1] : highestAcked;
    int tsn = outstanding.firstTsn();
    for (int i = 0; i < toldLength && Tsn.isBefore(tsn, bound); i += 2) {
      for (; Tsn.isBefore(tsn, told[i]) && Tsn.isBefore(tsn, bound); tsn = Tsn.next(tsn)) {
        SentChunk chunk = outstanding.get(tsn);
        // Deviation: 7.2.4 sends a chunk again only once without a timeout. Here also what was sent
        // again may be found missing, by chunks sent after it: a second loss need not cost a
        // timeout.
        if (chunk.fate == Fate.IN_FLIGHT
            && Tsn.isAfter(all && chunk.transmissions == 1 ? bound : highestAcked, chunk.missAfter)
            && ++chunk.misses >= MISSES_FOR_LOSS) {
          recovery.handleMissing(chunk, nowNanos);
        }
      }
      if (Tsn.isAtOrBefore(tsn, told[i + 1])) {
        tsn = Tsn.next(told[i + 1]);
      }
    }
  }
}
