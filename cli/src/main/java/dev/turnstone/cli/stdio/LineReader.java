package dev.turnstone.cli.stdio;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads lines of UTF-8 that are bounded in length, so that no input fills the heap. */
final class LineReader {
  private final InputStream in;
  private final int maxBytes;

  LineReader(InputStream in, int maxBytes) {
    this.in = new BufferedInputStream(in, 64 * 1024);
    this.maxBytes = maxBytes;
  }

  /**
   * The next line without its end, or null at the end of input.
   *
   * @throws TooLong when the line is longer than allowed; it has been skipped
   */
  String next() throws IOException, TooLong {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    boolean tooLong = false;
    int octet = in.read();
    if (octet < 0) {
      return null;
    }
    for (; octet >= 0 && octet != '\n'; octet = in.read()) {
      if (line.size() < maxBytes) {
        line.write(octet);
      } else {
        tooLong = true;
      }
    }
    if (tooLong) {
      throw new TooLong("the line is longer than " + maxBytes + " bytes");
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  /** A line that is longer than allowed. */
  static final class TooLong extends Exception {
    private static final long serialVersionUID = 1L;

    TooLong(String message) {
      super(message);
    }
  }
}
