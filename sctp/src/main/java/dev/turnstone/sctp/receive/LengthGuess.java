package dev.turnstone.sctp.receive;

/**
 * How long the next message of several fragments will likely be: as long as the last two, if those
 * were equal. With a right guess its bytes are copied once, from the packets to where they stay.
 */
final class LengthGuess {
  /** What a wrong guess may cost. */
  static final int LARGEST = 256 << 10;

  private long last;
  private int guess;

  /** Bytes to provide for a message that begins; 0 when nothing is known. */
  int bytes() {
    return guess;
  }

  /** A message has become whole. */
  void handleWhole(long length) {
    guess = length == last && length <= LARGEST ? (int) length : 0;
    last = length;
  }
}
