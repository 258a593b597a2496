package dev.turnstone.ice.agent;

/** Which pair data goes over, how two of them compare, and whether the peer is heard there. */
final class Selection {
  private final Shared shared;
  private Pair pair;
  private Generation generation;
  private long silentAt = IceAgent.NEVER;

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
    silentAt = silentFrom(next);
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
