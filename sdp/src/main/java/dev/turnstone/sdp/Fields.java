package dev.turnstone.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;

/** The small pieces that values are made of. Errors say what was expected, never what was found. */
final class Fields {
  private Fields() {}

  /** What stands between spaces; more than one space separates as one does. */
  static List<String> split(String value) {
    List<String> fields = new ArrayList<>();
    StringTokenizer tokens = new StringTokenizer(value, " \t");
    while (tokens.hasMoreTokens()) {
      fields.add(tokens.nextToken());
    }
    return fields;
  }

  static boolean isDigits(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** A decimal number from 0 to {@code most}, at most 18 digits long. */
  static long number(String text, long most, String what) {
    String digits = text.strip();
    if (isDigits(digits) && digits.length() <= 18) {
      long number = Long.parseLong(digits);
      if (number <= most) {
        return number;
      }
    }
    throw new IllegalArgumentException("expected " + what + ", 0 to " + most);
  }

  static int unsignedShort(String text, String what) {
    return (int) number(text, 65535, what);
  }

  /** token (RFC 8866 section 9): visible ASCII without separators. */
  static boolean isToken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~' || "\"(),/:;<=>?@[\\]".indexOf(c) >= 0) {
        return false;
      }
    }
    return !text.isEmpty();
  }
}
