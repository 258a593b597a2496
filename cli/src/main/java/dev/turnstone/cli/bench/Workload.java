package dev.turnstone.cli.bench;

/**
 * How a measurement goes.
 *
 * @param size of each message, in bytes
 * @param warmUpSeconds how long it runs before it counts
 * @param seconds how long each round counts
 * @param rounds how many rounds, one after the other, without a pause
 */
public record Workload(int size, double warmUpSeconds, double seconds, int rounds) {

  /** Checks. */
  public Workload {
    if (size < 1 || warmUpSeconds < 0 || seconds <= 0 || rounds < 1) {
      throw new IllegalArgumentException("cannot measure " + size + " bytes, " + rounds + " times");
    }
  }
}
