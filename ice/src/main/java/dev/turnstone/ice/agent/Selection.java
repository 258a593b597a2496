package dev.turnstone.ice.agent;

import java.time.Duration;

/** Which pair data goes over, how two of them compare, and whether the peer is heard there. */
final class Selection {
  /** A pair that is asked so often without an answer, and for so long, is in doubt. */
  private static final int QUESTIONS = 5;

  private static final long DOUBT = Duration.ofMillis(500).toNanos();

  private final Shared shared;
  private Pair pair;
  private Generation generation;
  private long silentAt = IceAgent.NEVER;
  private long changes;

  /** The doubt that was looked at: the time since when answers were owed. */
  private long doubtSeen = IceAgent.NEVER;

  Selection(Shared shared) {
    this.shared = shared;
  }

  /** The pair that data goes over, or null. */
  Pair pair() {
    return pair;
  }

  /** The generation that it belongs to, or null. */
  Generation generation() {
    return generation;
  }

  boolean isEmpty() {
    return pair == null;
  }

  void take(Pair next, Generation of) {
    pair = next;
    generation = of;
    changes++;
    silentAt = silentFrom(next);
  }

  /** How often it became another one. */
  long changes() {
    return changes;
  }

  void clear() {
    pair = null;
    generation = null;
    silentAt = IceAgent.NEVER;
  }

  /** The best pair of a generation that works, or null. */
  Pair best(Generation of, long now) {
    Pair best = null;
    for (Pair each : of.list.pairs()) {
      if (each.isValid() && (best == null || isBetter(each, best, now))) {
        best = each;
      }
    }
    return best;
  }

  private boolean isBetter(Pair one, Pair other, long now) {
    boolean silent = isSilent(one, now);
    if (silent != isSilent(other, now)) {
      return other.heardAt < one.heardAt && !silent;
    }
    boolean outdone = isOutdone(one, other, now);
    if (outdone != isOutdone(other, one, now)) {
      return !outdone;
    }
    if (!shared.isControlling()) {
      // The controlled side follows. Of several nominated pairs the last that was numbered, else
      // the one of the highest priority (RFC 5245 section 8.1.1.2).
      if (one.nominated != other.nominated) {
        return one.nominated;
      }
      if (one.nomination != other.nomination) {
        return one.nomination > other.nomination;
      }
    }
    return one.priority(shared.role()) > other.priority(shared.role());
  }

  // Doubt

  private static long doubtAt(Pair of) {
    return of.unanswered < QUESTIONS
        ? IceAgent.NEVER
        : of.unansweredSince + Math.max(DOUBT, 2 * of.counters.roundTripNanos);
  }

  /** Whether a pair owes answers for long enough, and the other has given one meanwhile. */
  private static boolean isOutdone(Pair one, Pair by, long now) {
    return now >= doubtAt(one) && by.heardAt > one.unansweredSince;
  }

  /** When it is to be seen whether the pair in use is in doubt. */
  long doubtAt() {
    return pair == null || pair.unansweredSince == doubtSeen ? IceAgent.NEVER : doubtAt(pair);
  }

  /** Whether the pair in use has come into doubt; said once. */
  boolean hasComeIntoDoubt(long now) {
    boolean news = now >= doubtAt();
    if (news) {
      doubtSeen = pair.unansweredSince;
    }
    return news;
  }

  // Silence

  boolean isSilent(Pair of, long now) {
    return now >= silentFrom(of);
  }

  private long silentFrom(Pair of) {
    return of.heardAt + shared.timing.disconnected().toNanos();
  }

  /** When it is to be seen whether the peer has fallen silent. */
  long silentAt() {
    return silentAt;
  }

  /** Whether the peer is silent on the pair in use; if it is, it is looked at again soon. */
  boolean hasFallenSilent(long now) {
    if (pair == null || now < silentAt) {
      return false;
    }
    if (!isSilent(pair, now)) {
      silentAt = silentFrom(pair);
      return false;
    }
    // For as long as it lasts, so that another pair that answers takes over.
    silentAt = now + shared.timing.disconnected().toNanos() / 5;
    return true;
  }
}
