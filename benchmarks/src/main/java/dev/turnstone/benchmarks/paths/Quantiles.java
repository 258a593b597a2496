package dev.turnstone.benchmarks.paths;

import java.util.Arrays;

/** Many times in nanoseconds, all kept. */
final class Quantiles {
  private long[] values = new long[1024];
  private int count;
  private boolean sorted = true;

  void add(long nanos) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = nanos;
    sorted = false;
  }

  void clear() {
    count = 0;
  }

  int count() {
    return count;
  }

  double meanMillis() {
    return count == 0 ? 0 : Arrays.stream(values, 0, count).average().orElseThrow() / 1e6;
  }

  /** The smallest value that at least this share of the values does not exceed; 0 for none. */
  double millis(double share) {
    if (count == 0) {
      return 0;
    }
    if (!sorted) {
      Arrays.sort(values, 0, count);
      sorted = true;
    }
    int rank = (int) Math.ceil(share * count);
    return values[Math.max(0, rank - 1)] / 1e6;
  }
}
