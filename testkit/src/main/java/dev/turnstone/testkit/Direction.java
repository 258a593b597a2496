package dev.turnstone.testkit;

/** Which way a packet goes between the two endpoints of a {@link SimulatedNetwork}. */
public enum Direction {
  /** From endpoint A to endpoint B. */
  A_TO_B,
  /** From endpoint B to endpoint A. */
  B_TO_A;

  /**
   * The other way.
   *
   * @return the direction of the answers
   */
  public Direction opposite() {
    return this == A_TO_B ? B_TO_A : A_TO_B;
  }
}
