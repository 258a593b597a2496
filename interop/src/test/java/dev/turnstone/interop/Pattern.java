package dev.turnstone.interop;

/** A long run of bytes from a seed, the same as the page's script makes. */
final class Pattern {
  private int state;

  Pattern(int seed) {
    state = seed;
  }

  byte[] next(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      state = state * 1664525 + 1013904223;
      bytes[i] = (byte) (state >>> 24);
    }
    return bytes;
  }
}
