package dev.turnstone.sctp.congestion;

/**
 * The round trip of the path with empty queues (draft-ietf-ccwg-bbr section 5.5.7): the least of
 * ten seconds. When nothing has confirmed it for five, it is time to look for it.
 */
final class MinRtt {
  private static final long LONG_NANOS = 10_000_000_000L;
  private static final long SHORT_NANOS = 5_000_000_000L;

  /** A sample that is larger by less than this part of it confirms the least. */
  private static final long SAME = 64;

  private long least = -1;
  private long leastAt;
  private long recent = -1;
  private long recentAt;
  private boolean due;

  /** Takes in a round trip, or -1 for none. */
  void handleAcked(long rttNanos, long nowNanos) {
    due = recent >= 0 && nowNanos - recentAt > SHORT_NANOS;
    if (rttNanos >= 0) {
      if (recent < 0 || rttNanos < recent || due) {
        recent = rttNanos;
        recentAt = nowNanos;
      } else if (rttNanos - recent <= recent / SAME) {
        // Deviation: the draft wants a sample that is no larger. On a path with jitter there would
        // be none, and a search each five seconds, though the queue is empty all the time.
        recentAt = nowNanos;
      }
    }
    boolean stale = nowNanos - leastAt > LONG_NANOS;
    if (recent >= 0 && (least < 0 || recent <= least || stale)) {
      least = recent;
      leastAt = recentAt;
    } else if (least >= 0 && recent - least <= least / SAME) {
      leastAt = recentAt;
    }
  }

  /** Whether the last acknowledgement came five seconds after anything that confirmed it. */
  boolean isDue() {
    return due;
  }

  /** The search is over. */
  void handleSearched(long nowNanos) {
    recentAt = nowNanos;
    due = false;
  }

  /** Whether there has been a sample. */
  boolean isKnown() {
    return least >= 0;
  }

  /** Nanoseconds, or -1 before the first sample. */
  long nanos() {
    return least;
  }
}
