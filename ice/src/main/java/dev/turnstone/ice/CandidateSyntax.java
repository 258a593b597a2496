package dev.turnstone.ice;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The grammar of a candidate line (RFC 8839 section 5.1). */
final class CandidateSyntax {
  /** Longer than any candidate in the field; keeps a hostile line cheap. */
  private static final int MAX_LENGTH = 2048;

  private static final int MAX_EXTENSIONS = 32;
  private static final int MAX_ADDRESS = 255;
  private static final long MAX_PRIORITY = (1L << 31) - 1;

  private final String[] tokens;
  private int next;

  private CandidateSyntax(String[] tokens) {
    this.tokens = tokens;
  }

  static Candidate parse(String line) {
    if (line.length() > MAX_LENGTH) {
      throw new CandidateSyntaxException("a candidate of " + line.length() + " characters");
    }
    String text = line.strip();
    if (text.startsWith("a=")) {
      text = text.substring(2);
    }
    if (text.startsWith("candidate:")) {
      text = text.substring("candidate:".length());
    }
    return new CandidateSyntax(text.strip().split(" +")).candidate();
  }

  private Candidate candidate() {
    String foundation = token("a foundation");
    int component = (int) number("component", 1, 256);
    String transport = token("a transport").toLowerCase(Locale.ROOT);
    long priority = number("priority", 1, MAX_PRIORITY);
    String address = token("an address");
    int port = (int) number("port", 0, 65535);
    if (!token("'typ'").equals("typ")) {
      throw new CandidateSyntaxException("'typ' is missing");
    }
    CandidateType type = type(token("a type"));
    Optional<String> relatedAddress = Optional.empty();
    int relatedPort = 0;
    if (isNext("raddr")) {
      relatedAddress = Optional.of(token("a related address"));
      if (isNext("rport")) {
        relatedPort = (int) number("related port", 0, 65535);
      }
    }
    Map<String, String> extensions = new LinkedHashMap<>();
    while (next < tokens.length) {
      if (extensions.size() == MAX_EXTENSIONS) {
        throw new CandidateSyntaxException("more than " + MAX_EXTENSIONS + " extensions");
      }
      String name = tokens[next++];
      // Deviation: the grammar wants a value behind every name; a lone name at the end is kept.
      extensions.putIfAbsent(name, next < tokens.length ? tokens[next++] : "");
    }
    return new Candidate(
        foundation,
        component,
        transport,
        priority,
        address,
        port,
        type,
        relatedAddress,
        relatedPort,
        extensions);
  }

  private String token(String what) {
    if (next == tokens.length || tokens[next].isEmpty()) {
      throw new CandidateSyntaxException("the line ends where " + what + " is due");
    }
    return tokens[next++];
  }

  private boolean isNext(String name) {
    boolean found = next < tokens.length && tokens[next].equals(name);
    next += found ? 1 : 0;
    return found;
  }

  private long number(String what, long least, long most) {
    String digits = token("a " + what);
    long value = digits.length() <= 10 ? 0 : -1;
    for (int i = 0; i < digits.length() && value >= 0; i++) {
      char c = digits.charAt(i);
      value = c >= '0' && c <= '9' ? value * 10 + (c - '0') : -1;
    }
    requireRange(what, value, least, most);
    return value;
  }

  private static CandidateType type(String token) {
    for (CandidateType type : CandidateType.values()) {
      if (type.token().equals(token)) {
        return type;
      }
    }
    throw new CandidateSyntaxException("a type that is not known");
  }

  // The same rules hold for candidates that are made and for those that are read.

  static void requireRange(String what, long value, long least, long most) {
    if (value < least || value > most) {
      throw new CandidateSyntaxException("the " + what + " must be " + least + " to " + most);
    }
  }

  static void requirePriority(long priority) {
    requireRange("priority", priority, 1, MAX_PRIORITY);
  }

  static void requireFoundation(String foundation) {
    boolean fits = !foundation.isEmpty() && foundation.length() <= 32;
    if (!fits || !foundation.chars().allMatch(CandidateSyntax::isVisible)) {
      throw new CandidateSyntaxException("the foundation must have 1 to 32 characters");
    }
  }

  static void requireAddress(String address) {
    boolean fits = !address.isEmpty() && address.length() <= MAX_ADDRESS;
    if (!fits || !address.chars().allMatch(CandidateSyntax::isVisible)) {
      throw new CandidateSyntaxException("an address must have 1 to 255 visible characters");
    }
  }

  static void requireWord(String what, String word) {
    if (!word.chars().allMatch(CandidateSyntax::isByte)) {
      throw new CandidateSyntaxException(what + " must be free of blanks and control characters");
    }
  }

  private static boolean isVisible(int c) {
    return c > ' ' && c < 0x7F;
  }

  /** The grammar's byte-string, without the space that ends it. */
  private static boolean isByte(int c) {
    return c > ' ' && c != 0x7F;
  }
}
