package dev.turnstone.sdp;

/**
 * A text is not a session description. The message says which line is wrong and what was expected
 * there; it holds no password and is safe to log.
 */
public final class SdpException extends Exception {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_QUOTE = 120;

  private final int lineNumber;
  private final String line;

  SdpException(int lineNumber, String rawLine, String expected) {
    super(message(lineNumber, quote(rawLine), expected));
    this.lineNumber = lineNumber;
    this.line = quote(rawLine);
  }

  private static String message(int lineNumber, String line, String expected) {
    String where = lineNumber > 0 ? "SDP line " + lineNumber : "SDP";
    return where + ": " + expected + (line.isEmpty() ? "" : ", found \"" + line + "\"");
  }

  private static String quote(String rawLine) {
    return Secrets.printable(Secrets.hide(rawLine), LONGEST_QUOTE);
  }

  /**
   * The number of the wrong line, from 1; one more than there are lines when something is missing
   * at the end; 0 when the text as a whole is wrong.
   */
  public int lineNumber() {
    return lineNumber;
  }

  /**
   * The wrong line, shortened and made printable, with passwords left out; empty when there is
   * none.
   */
  public String line() {
    return line;
  }
}
