package dev.turnstone.sctp.timer;

import java.util.Arrays;

/**
 * One deadline for each constant of an enum. Setting a timer that runs moves it; there is nothing
 * to cancel and nothing to allocate.
 *
 * @param <K> the timers
 */
public final class TimerTable<K extends Enum<K>> {
  /** The deadline of a timer that does not run. */
  public static final long NEVER = Long.MAX_VALUE;

  private final K[] timers;
  private final long[] deadlines;

  /** A table in which nothing runs. */
  public TimerTable(Class<K> type) {
    timers = type.getEnumConstants();
    deadlines = new long[timers.length];
    Arrays.fill(deadlines, NEVER);
  }

  /** Starts the timer, or moves it, to an absolute time in nanoseconds. */
  public void set(K timer, long deadlineNanos) {
    deadlines[timer.ordinal()] = deadlineNanos;
  }

  /** Stops the timer if it runs. */
  public void stop(K timer) {
    deadlines[timer.ordinal()] = NEVER;
  }

  /** Stops every timer. */
  public void stopAll() {
    Arrays.fill(deadlines, NEVER);
  }

  /** When the timer is due, or {@link #NEVER}. */
  public long deadline(K timer) {
    return deadlines[timer.ordinal()];
  }

  /** Whether the timer runs. */
  public boolean isRunning(K timer) {
    return deadlines[timer.ordinal()] != NEVER;
  }

  /** The earliest deadline, or {@link #NEVER}. */
  public long next() {
    long earliest = NEVER;
    for (long deadline : deadlines) {
      earliest = Math.min(earliest, deadline);
    }
    return earliest;
  }

  /**
   * Stops and returns a timer whose deadline has come, the earliest first, and the first in the
   * enum of those that are equal; null if there is none.
   */
  public K pollDue(long nowNanos) {
    int due = -1;
    for (int i = 0; i < deadlines.length; i++) {
      if (deadlines[i] != NEVER
          && deadlines[i] <= nowNanos
          && (due < 0 || deadlines[i] < deadlines[due])) {
        due = i;
      }
    }
    if (due < 0) {
      return null;
    }
    deadlines[due] = NEVER;
    return timers[due];
  }
}
