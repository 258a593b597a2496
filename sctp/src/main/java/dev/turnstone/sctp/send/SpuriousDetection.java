package dev.turnstone.sctp.send;

import java.util.HashMap;
import java.util.Map;

/**
 * Which retransmissions were a mistake: the peer says that the chunk came twice, or acknowledges it
 * sooner than the retransmission can have travelled, or before it has left. When all of an episode
 * were, the episode itself was: nothing had been lost. An episode begins with a recovery or with
 * T3-rtx, and counts what is sent again until the next begins.
 */
final class SpuriousDetection {
  /** What it tells that a TSN arrived twice, or too soon. */
  enum Report {
    /** We did not send it twice: the network did, or the peer makes things up. */
    NOT_OURS,
    /** A probe of the tail was not needed; that says nothing about reordering. */
    PROBE,
    /** A chunk was taken for lost and was not. */
    MISTAKE
  }

  /** Stands for no episode: the chunk was sent again as a probe. */
  private static final int PROBE_EPISODE = 0;

  /** What was sent again and is not known to be a mistake: TSN to episode. */
  private final Map<Integer, Integer> resent = new HashMap<>(4);

  private int episode = 1;
  private boolean afterTimeout;

  /** Retransmissions of the episode that may have been needed. */
  private int unproven;

  /** The episode has shown a mistake. */
  private boolean mistaken;

  /** Something tells that the episode was needed, or it has been undone already. */
  private boolean settled = true;

  private long count;

  /**
   * An episode begins: a recovery or, as said, a retransmission timeout. Reports about the one
   * before are still told apart.
   */
  void begin(boolean timeout) {
    int previous = episode;
    if (!resent.isEmpty()) {
      resent.values().removeIf(entry -> entry != previous);
    }
    episode++;
    afterTimeout = timeout;
    unproven = 0;
    mistaken = false;
    settled = false;
  }

  /** A lost chunk leaves again. */
  void handleResent(int tsn) {
    Integer before = resent.put(tsn, episode);
    unproven++;
    if (before != null && before == episode) {
      // Sent twice in one episode: one report would not tell which of them was a mistake.
      settled = true;
    }
  }

  /** A chunk leaves again as a probe. */
  void handleProbe(int tsn) {
    resent.putIfAbsent(tsn, PROBE_EPISODE);
  }

  /** The last probe was found to have repaired a loss: it is the episode's first retransmission. */
  void adoptProbe(int tsn) {
    resent.put(tsn, episode);
    unproven++;
  }

  /** The peer says that a TSN came twice. */
  Report handleDuplicate(int tsn) {
    return handleMistake(tsn);
  }

  /**
   * A chunk that counted as lost, and has not left again since, has arrived.
   *
   * <p>After T3-rtx that settles it as in F-RTO (RFC 5682): had the flight been lost, nothing of it
   * could arrive that was not sent again.
   */
  void handleLostArrived() {
    mistaken = true;
    if (afterTimeout && !settled) {
      unproven = 0;
    }
  }

  /** A chunk that was sent again is acknowledged too soon for that to be the reason. */
  Report handleTooSoon(int tsn) {
    return handleMistake(tsn);
  }

  private Report handleMistake(int tsn) {
    if (resent.isEmpty()) {
      return Report.NOT_OURS;
    }
    Integer where = resent.remove(tsn);
    if (where == null) {
      return Report.NOT_OURS;
    }
    count++;
    if (where == episode) {
      unproven--;
      mistaken = true;
    }
    return where == PROBE_EPISODE ? Report.PROBE : Report.MISTAKE;
  }

  /**
   * Whether the whole episode has just turned out to be a mistake; said once.
   *
   * @param anyLost whether chunks still wait to be sent again
   */
  boolean pollMistake(boolean anyLost) {
    // After a timeout everything was marked; that what is left was marked too proves nothing.
    if (settled || !mistaken || unproven > 0 || anyLost && !afterTimeout) {
      return false;
    }
    settled = true;
    return true;
  }

  /** Retransmissions that were not needed. */
  long count() {
    return count;
  }
}
