package dev.turnstone.sctp.congestion;

/** The largest of the values of the present slot of time and of the one before. */
final class WindowedMax {
  private double present;
  private double before;

  /** Takes in a value. */
  void add(double value) {
    present = Math.max(present, value);
  }

  /** A new slot begins; what is two slots old is forgotten. */
  void advance() {
    before = present;
    present = 0;
  }

  /** The largest, or 0 when there is none. */
  double value() {
    return Math.max(present, before);
  }
}
