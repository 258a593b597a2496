package dev.turnstone.testkit;

/**
 * Seeds for tests with random choices. A test runs with a fixed seed, so it passes or fails the
 * same way each time; the system property {@code turnstone.seed} gives another one.
 */
public final class Seeds {
  /** The system property that replaces the seeds in the tests: decimal, or hexadecimal with 0x. */
  public static final String PROPERTY = "turnstone.seed";

  private Seeds() {}

  /**
   * A test with a seed.
   *
   * @see Seeds#run
   */
  @FunctionalInterface
  public interface SeededTest {
    /**
     * Runs the test.
     *
     * @param seed the seed
     * @throws Exception when the test fails
     */
    void run(long seed) throws Exception;
  }

  /**
   * The seed to use.
   *
   * @param defaultSeed the seed when the property is not set
   * @return the property's value, or the default
   * @throws IllegalArgumentException when the property is no number
   */
  public static long seed(long defaultSeed) {
    String value = System.getProperty(PROPERTY);
    if (value == null || value.isBlank()) {
      return defaultSeed;
    }
    try {
      return Long.decode(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(PROPERTY + " is no number: " + value, e);
    }
  }

  /**
   * Runs a test once, with {@link #seed}.
   *
   * @param defaultSeed the seed when the property is not set
   * @param test the test
   * @throws AssertionError when the test fails: it names the seed, and the failure is its cause
   */
  public static void run(long defaultSeed, SeededTest test) {
    runWith(seed(defaultSeed), test);
  }

  /**
   * Runs a test with several seeds in a row, or once with the property's seed.
   *
   * @param firstSeed the first seed
   * @param count how many
   * @param test the test
   * @throws AssertionError when the test fails: it names the seed, and the failure is its cause
   */
  public static void runEach(long firstSeed, int count, SeededTest test) {
    if (System.getProperty(PROPERTY) != null) {
      run(firstSeed, test);
      return;
    }
    for (int i = 0; i < count; i++) {
      runWith(firstSeed + i, test);
    }
  }

  private static void runWith(long seed, SeededTest test) {
    try {
      test.run(seed);
    } catch (Exception | AssertionError e) {
      throw new AssertionError(
          "failed with seed " + seed + " (again with -D" + PROPERTY + "=" + seed + "): " + e, e);
    }
  }
}
