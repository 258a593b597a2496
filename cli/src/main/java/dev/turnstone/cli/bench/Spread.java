package dev.turnstone.cli.bench;

import java.util.Arrays;
import java.util.Collection;
import java.util.function.ToDoubleFunction;

/**
 * What several rounds gave.
 *
 * @param median the middle one; of an even number the mean of the middle two
 * @param least the smallest
 * @param most the largest
 */
public record Spread(double median, double least, double most) {

  /**
   * The spread of some rounds, rounded to two decimals.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static <T> Spread of(Collection<T> rounds, ToDoubleFunction<T> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    return of(sorted);
  }

  /**
   * The spread of some values, rounded to two decimals.
   *
   * @throws IllegalArgumentException when there are none
   */
  public static Spread of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(round(median), round(sorted[0]), round(sorted[sorted.length - 1]));
  }

  static double round(double value) {
    return Math.round(value * 100) / 100.0;
  }
}
