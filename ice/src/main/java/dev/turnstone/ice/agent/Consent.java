package dev.turnstone.ice.agent;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Consent freshness (RFC 7675) on every pair that works: the one in use is asked often, the others
 * seldom, so that they keep their NAT bindings and can take over.
 */
final class Consent {
  /** How much more seldom pairs that are not in use are asked. */
  private static final int RESERVE = 4;

  /** How much more often a pair is asked that owes an answer. */
  private static final int HURRY = 5;

  /** Between two questions, whatever is heard. */
  private static final long SOONEST = 100_000_000;

  /** How many questions follow each other that soon once one is urgent. */
  private static final int URGENT = 5;

  private static final class Watch {
    long answeredAt;
    long askAt;
    long askedAt;
    boolean asked;
    int urgent;
  }

  private final Shared shared;
  private final Map<Pair, Watch> watches = new LinkedHashMap<>();
  private long next = IceAgent.NEVER;

  Consent(Shared shared) {
    this.shared = shared;
  }

  /** A check of the pair was answered. */
  void handleAnswer(Pair pair, boolean selected, long now) {
    Watch watch = watches.computeIfAbsent(pair, any -> new Watch());
    watch.answeredAt = now;
    watch.asked = false;
    watch.urgent = 0;
    watch.askAt = now + jittered(interval(selected));
    recount();
  }

  /** The peer was heard, and it is to be seen whether it still is on that pair: ask at once. */
  void hurry(Pair pair, long now) {
    Watch watch = watches.get(pair);
    long soonest = watch == null ? IceAgent.NEVER : watch.askedAt + SOONEST;
    if (watch != null && soonest < watch.askAt) {
      watch.urgent = URGENT;
      watch.askAt = Math.max(now, soonest);
      recount();
    }
  }

  /** Data goes over the pair from now on: it is asked as often as that needs. */
  void handleSelected(Pair pair, long now) {
    Watch watch = watches.get(pair);
    if (watch != null && !watch.asked) {
      watch.askAt = Math.min(watch.askAt, now + jittered(interval(true)));
      recount();
    }
  }

  private long interval(boolean selected) {
    long nanos = shared.timing.consentInterval().toNanos();
    return selected ? nanos : nanos * RESERVE;
  }

  /** RFC 7675 section 5.1: the interval times a random 0.8 to 1.2. */
  private long jittered(long nanos) {
    return (long) (nanos * (0.8 + 0.4 * shared.random.nextDouble()));
  }

  long nextTimeout() {
    return next;
  }

  /**
   * Asks whom it is time to ask.
   *
   * @return a pair whose consent has expired, to be called again; or null
   */
  Pair handleTimeout(Generation generation, Pair selected, long now) {
    if (now < next) {
      return null;
    }
    Pair expired = null;
    for (Iterator<Map.Entry<Pair, Watch>> all = watches.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<Pair, Watch> entry = all.next();
      Pair pair = entry.getKey();
      Watch watch = entry.getValue();
      // 5.1: consent expires 30 seconds after the last answer; sending must cease.
      if (now - watch.answeredAt >= shared.timing.consentExpiry().toNanos()) {
        all.remove();
        expired = pair;
        break;
      }
      if (now >= watch.askAt) {
        if (pair == selected && pair.unanswered == 1) {
          // One may be lost; several in a row tell a lost path soon.
          watch.urgent = URGENT;
        }
        generation.askConsent(pair, now);
        watch.asked = true;
        watch.askedAt = now;
        // Deviation: 5.1 keeps the interval whatever is lost. Asking five times as often until an
        // answer comes tells a lost packet from a lost peer sooner.
        watch.askAt =
            watch.urgent > 0 && --watch.urgent > 0
                ? now + SOONEST
                : now + jittered(interval(pair == selected)) / HURRY;
      }
    }
    recount();
    return expired;
  }

  void forget(Pair pair) {
    watches.remove(pair);
    recount();
  }

  private void recount() {
    next = IceAgent.NEVER;
    for (Watch watch : watches.values()) {
      long expiry = watch.answeredAt + shared.timing.consentExpiry().toNanos();
      next = Math.min(next, Math.min(watch.askAt, expiry));
    }
  }
}
