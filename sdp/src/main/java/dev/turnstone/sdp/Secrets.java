package dev.turnstone.sdp;

import java.util.Locale;

/** Keeps passwords and keys out of messages that end up in logs. */
final class Secrets {
  private static final String[] MARKS = {"ice-pwd", "crypto:", "inline:"};

  private Secrets() {}

  /** Cuts a text behind the first word that announces a secret. */
  static String hide(String text) {
    // k= holds a key (RFC 8866 section 5.12, obsolete).
    if (text.startsWith("k=")) {
      return "k=(hidden)";
    }
    String lower = text.toLowerCase(Locale.ROOT);
    int end = text.length();
    for (String mark : MARKS) {
      int at = lower.indexOf(mark);
      if (at >= 0) {
        end = Math.min(end, at + mark.length());
      }
    }
    return end < text.length() ? text.substring(0, end) + "(hidden)" : text;
  }

  /** At most {@code limit} characters of a text, each of them printable ASCII. */
  static String printable(String text, int limit) {
    StringBuilder out = new StringBuilder(Math.min(text.length(), limit));
    for (int i = 0; i < text.length() && i < limit; i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c <= '~' ? c : '?');
    }
    return text.length() > limit ? out.append("...").toString() : out.toString();
  }
}
