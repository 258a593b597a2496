package dev.turnstone.sctp.chunk;

/**
 * Stream sequence numbers (RFC 9260 section 6.5): 0 to 65535 in an {@code int}, compared by serial
 * number arithmetic. The one place where they are compared.
 */
public final class Ssn {
  private Ssn() {}

  /** Whether {@code a} comes after {@code b}. */
  public static boolean isAfter(int a, int b) {
    return (short) (a - b) > 0;
  }

  /** Whether {@code a} comes before {@code b}. */
  public static boolean isBefore(int a, int b) {
    return (short) (a - b) < 0;
  }

  /** The number after {@code ssn}; 0 follows 65535. */
  public static int next(int ssn) {
    return (ssn + 1) & 0xFFFF;
  }

  /** How many steps lead from {@code from} to {@code to}; negative when {@code to} is before it. */
  public static int distance(int from, int to) {
    return (short) (to - from);
  }
}
