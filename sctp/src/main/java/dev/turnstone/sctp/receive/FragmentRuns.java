package dev.turnstone.sctp.receive;

import dev.turnstone.sctp.chunk.Tsn;
import java.util.ArrayList;
import java.util.List;

/**
 * The fragments of messages that are not yet whole, as runs in the order of their sequence numbers.
 * DATA numbers the fragments of all streams by TSN, so one of these serves an association; I-DATA
 * numbers those of each message by FSN, so each message has one.
 */
final class FragmentRuns {
  private final boolean shared;
  private final List<FragmentRun> runs = new ArrayList<>(2);
  private long weight;

  /**
   * Holds nothing.
   *
   * @param shared whether several messages share the sequence numbers, so that neighbours have to
   *     agree on their message
   */
  FragmentRuns(boolean shared) {
    this.shared = shared;
  }

  /** What is held, in about bytes. */
  long weight() {
    return weight;
  }

  /** The run with the lowest sequence numbers, or null. */
  FragmentRun lowest() {
    return runs.isEmpty() ? null : runs.get(0);
  }

  /**
   * Copies a fragment.
   *
   * @param capacity room to leave for those that follow
   * @return the run that it is part of now, or null when it contradicts what is held
   */
  FragmentRun add(Fragment fragment, int capacity) {
    int sequence = fragment.sequence();
    int before = indexAtOrBefore(sequence);
    FragmentRun previous = before >= 0 ? runs.get(before) : null;
    if (previous != null && !Tsn.isBefore(previous.last(), sequence)) {
      return null;
    }
    if (previous != null && Tsn.next(previous.last()) != sequence) {
      previous = null;
    }
    FragmentRun next = before + 1 < runs.size() ? runs.get(before + 1) : null;
    if (next != null && Tsn.next(sequence) != next.first()) {
      next = null;
    }
    // RFC 9260 section 6.9: the fragments of a message have TSNs in a row, B first and E last.
    boolean follows = previous != null && !previous.ends();
    boolean precedes = next != null && !next.begins();
    if (previous != null && previous.ends() != fragment.beginning()
        || next != null && next.begins() != fragment.ending()
        || shared && follows && !previous.matches(fragment)
        || shared && precedes && !next.matches(fragment)) {
      return null;
    }
    FragmentRun run;
    if (follows) {
      run = previous;
      weight -= run.weight();
      run.append(fragment);
    } else {
      run = new FragmentRun(fragment, capacity);
      runs.add(before + 1, run);
    }
    weight += run.weight();
    if (precedes) {
      run.absorb(next);
      runs.remove(follows ? before + 1 : before + 2);
    }
    return run;
  }

  /** Lets go of a run. */
  void remove(FragmentRun run) {
    int at = indexAtOrBefore(run.first());
    assert runs.get(at) == run;
    runs.remove(at);
    weight -= run.weight();
  }

  private int indexAtOrBefore(int sequence) {
    int low = 0;
    int high = runs.size();
    if (high > 0 && !Tsn.isAfter(runs.get(high - 1).first(), sequence)) {
      return high - 1;
    }
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Tsn.isAfter(runs.get(middle).first(), sequence)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low - 1;
  }
}
