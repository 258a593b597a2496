package dev.turnstone.sdp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Reads one description: cuts lines, lets each check itself, and knows which may stand where. */
final class SdpParser {
  static final int MAX_LENGTH = 256 * 1024;
  static final int MAX_LINES = 10_000;
  static final int MAX_LINE_LENGTH = 16 * 1024;
  static final int MAX_MEDIA = 1024;

  /** How a description begins (RFC 8866 section 5). */
  private static final String BEGINNING = "vos";

  /** Lines that describe the session as a whole. */
  private static final String SESSION_ONLY = "vosueptrz";

  /** Lines that a session has once. */
  private static final String ONCE = "vosiucz";

  private final String text;
  private final List<SdpLine> sessionLines = new ArrayList<>();
  private final List<SdpMedia> media = new ArrayList<>();
  private final Set<String> mids = new HashSet<>();
  private final Set<Character> seen = new HashSet<>();

  /** The lines of the media section being read; null before the first. */
  private List<SdpLine> mediaLines;

  private int position;
  private int lineNumber;

  SdpParser(String text) {
    this.text = Objects.requireNonNull(text);
  }

  Sdp parse() throws SdpException {
    if (text.length() > MAX_LENGTH) {
      throw new SdpException(0, "", "expected at most " + MAX_LENGTH + " characters");
    }
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    while (position < end) {
      readLine(nextLine(end));
    }
    if (!seen.contains('s')) {
      fail("", "expected " + BEGINNING.charAt(sessionLines.size()) + "= but the text ends", 1);
    }
    requireTiming("", 1);
    closeMedia();
    return new Sdp(SdpLines.of(sessionLines), media);
  }

  private String nextLine(int end) {
    int newline = text.indexOf('\n', position);
    int lineEnd = newline < 0 || newline > end ? end : newline;
    int valueEnd = lineEnd > position && text.charAt(lineEnd - 1) == '\r' ? lineEnd - 1 : lineEnd;
    String line = text.substring(position, valueEnd);
    position = lineEnd + 1;
    lineNumber++;
    return line;
  }

  private void readLine(String raw) throws SdpException {
    if (lineNumber > MAX_LINES) {
      throw new SdpException(lineNumber, raw, "expected at most " + MAX_LINES + " lines");
    }
    if (raw.length() > MAX_LINE_LENGTH) {
      throw new SdpException(
          lineNumber, raw, "expected at most " + MAX_LINE_LENGTH + " characters in a line");
    }
    SdpLine line;
    try {
      line = SdpLine.parse(raw);
    } catch (IllegalArgumentException malformed) {
      throw new SdpException(lineNumber, raw, malformed.getMessage());
    }
    if (line.type() == 'm') {
      openMedia(line, raw);
    } else if (mediaLines == null) {
      readSessionLine(line, raw);
    } else {
      readMediaLine(line, raw);
    }
  }

  private void readSessionLine(SdpLine line, String raw) throws SdpException {
    requireBeginning(line.type(), raw);
    if (!seen.add(line.type()) && ONCE.indexOf(line.type()) >= 0) {
      fail(raw, "expected only one " + line.type() + "= line", 0);
    }
    sessionLines.add(line);
  }

  private void requireBeginning(char type, String raw) throws SdpException {
    int count = sessionLines.size();
    if (count < BEGINNING.length() && type != BEGINNING.charAt(count)) {
      fail(raw, "expected " + BEGINNING.charAt(count) + "=", 0);
    }
  }

  private void requireTiming(String raw, int linesFurther) throws SdpException {
    if (!seen.contains('t')) {
      fail(raw, "expected t= before the first media section", linesFurther);
    }
  }

  private void openMedia(SdpLine line, String raw) throws SdpException {
    if (mediaLines == null) {
      requireBeginning('m', raw);
      requireTiming(raw, 0);
    }
    closeMedia();
    if (media.size() == MAX_MEDIA) {
      fail(raw, "expected at most " + MAX_MEDIA + " media sections", 0);
    }
    mediaLines = new ArrayList<>();
    mediaLines.add(line);
  }

  private void readMediaLine(SdpLine line, String raw) throws SdpException {
    if (SESSION_ONLY.indexOf(line.type()) >= 0) {
      fail(raw, "expected no " + line.type() + "= behind the first m=", 0);
    }
    // RFC 5888 section 4: the mids of a description are unique.
    if (line.attribute().filter(attribute -> attribute.name().equals("mid")).isPresent()
        && !mids.add(line.attribute().flatMap(SdpAttribute::value).orElse("").strip())) {
      fail(raw, "expected a mid that no other section has", 0);
    }
    mediaLines.add(line);
  }

  private void closeMedia() {
    if (mediaLines != null) {
      media.add(new SdpMedia(SdpLines.of(mediaLines), SdpLines.NONE));
    }
  }

  private void fail(String raw, String expected, int linesFurther) throws SdpException {
    throw new SdpException(lineNumber + linesFurther, raw, expected);
  }
}
