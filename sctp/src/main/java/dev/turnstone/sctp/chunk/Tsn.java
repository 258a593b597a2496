package dev.turnstone.sctp.chunk;

/**
 * Transmission sequence numbers (RFC 9260 section 1.6): raw 32-bit values in an {@code int},
 * compared by serial number arithmetic (RFC 1982). The one place where they are compared. The
 * message identifiers of RFC 8260 and the request numbers of RFC 6525 count the same way.
 */
public final class Tsn {
  private Tsn() {}

  /** Whether {@code a} comes after {@code b}. */
  public static boolean isAfter(int a, int b) {
    return a - b > 0;
  }

  /** Whether {@code a} comes before {@code b}. */
  public static boolean isBefore(int a, int b) {
    return a - b < 0;
  }

  /** Whether {@code a} is {@code b} or comes before it. */
  public static boolean isAtOrBefore(int a, int b) {
    return a - b <= 0;
  }

  /** The number after {@code tsn}. */
  public static int next(int tsn) {
    return tsn + 1;
  }

  /** The number before {@code tsn}. */
  public static int previous(int tsn) {
    return tsn - 1;
  }

  /** How many steps lead from {@code from} to {@code to}; negative when {@code to} is before it. */
  public static int distance(int from, int to) {
    return to - from;
  }
}
