package dev.turnstone.cli.bench;

import java.util.Arrays;

/** Times in nanoseconds, bounded in number, and what they say. Not for more than one thread. */
final class Percentiles {
  private static final int MAX = 1 << 23;

  private long[] nanos = new long[1024];
  private int count;

  /** Keeps a time; beyond eight million of them further ones are left out. */
  void add(long time) {
    if (count == MAX) {
      return;
    }
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, count * 2);
    }
    nanos[count++] = time;
  }

  void addAll(Percentiles other) {
    for (int i = 0; i < other.count; i++) {
      add(other.nanos[i]);
    }
  }

  int count() {
    return count;
  }

  /**
   * The time that this share of all times does not exceed (nearest rank).
   *
   * @param share above 0, at most 1
   * @throws IllegalStateException when there are no times
   */
  long at(double share) {
    if (count == 0) {
      throw new IllegalStateException("nothing was measured");
    }
    Arrays.sort(nanos, 0, count);
    return nanos[Math.max(0, (int) Math.ceil(share * count) - 1)];
  }
}
