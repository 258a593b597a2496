package dev.turnstone.dtls.record;

import java.util.Arrays;

/**
 * Which numbers have come (RFC 6347 section 4.1.2.6). Wider than the 64 that the RFC prefers: at
 * half a million records a second that would be an eighth of a millisecond of reordering.
 */
final class ReplayWindow {
  private static final int WORDS = 16;

  /**
   * How far below the highest number one may be: a word less than there is, for words end ragged.
   */
  static final int WIDTH = (WORDS - 1) * Long.SIZE;

  private final long[] come = new long[WORDS];
  private long highest = -1;

  /** Whether a number can still be accepted. */
  boolean isNew(long number) {
    if (number > highest) {
      return true;
    }
    return highest - number < WIDTH && (come[word(number)] >>> number & 1) == 0;
  }

  /** Takes a number that is new, of a record that was authentic. */
  void accept(long number) {
    long begun = number / Long.SIZE - Math.floorDiv(highest, (long) Long.SIZE);
    if (begun >= WORDS) {
      Arrays.fill(come, 0);
    } else {
      for (long i = 0; i < begun; i++) {
        come[word(number - i * Long.SIZE)] = 0;
      }
    }
    highest = Math.max(highest, number);
    come[word(number)] |= 1L << number;
  }

  private static int word(long number) {
    return (int) (number / Long.SIZE % WORDS);
  }
}
