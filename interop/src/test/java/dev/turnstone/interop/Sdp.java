package dev.turnstone.interop;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What tests change in a description on its way: text to text. */
final class Sdp {
  private static final Pattern CANDIDATE = Pattern.compile("(?m)^a=(candidate:.*?)\r?\n");
  private static final Pattern SETUP = Pattern.compile("(?m)^a=setup:\\S+");
  private static final Pattern MAX_MESSAGE_SIZE = Pattern.compile("(?m)^a=max-message-size:\\d+");
  private static final Pattern FINGERPRINT_BYTE =
      Pattern.compile("(?m)^(a=fingerprint:\\S+ )([0-9A-Fa-f]{2})");

  private Sdp() {}

  static String setup(String sdp, String value) {
    return SETUP.matcher(sdp).replaceAll("a=setup:" + value);
  }

  static String setup(String sdp) {
    Matcher found = SETUP.matcher(sdp);
    return found.find() ? found.group().substring("a=setup:".length()) : "";
  }

  /** The same with another first byte in every fingerprint. */
  static String wrongFingerprint(String sdp) {
    return FINGERPRINT_BYTE
        .matcher(sdp)
        .replaceAll(
            found -> "%s%02X".formatted(found.group(1), Integer.parseInt(found.group(2), 16) ^ 1));
  }

  /** The same from someone who takes messages of so many bytes (RFC 8841 section 6). */
  static String maxMessageSize(String sdp, int bytes) {
    return MAX_MESSAGE_SIZE.matcher(sdp).replaceAll("a=max-message-size:" + bytes);
  }

  static List<String> candidates(String sdp) {
    return CANDIDATE.matcher(sdp).results().map(found -> found.group(1)).toList();
  }

  static String withoutCandidates(String sdp) {
    return CANDIDATE.matcher(sdp).replaceAll("");
  }

  /** The same from someone who has told no candidate yet. */
  static String beforeCandidates(String sdp) {
    return withoutCandidates(sdp).replaceAll("(?m)^a=end-of-candidates\\r?\\n", "");
  }

  /** The same with those candidates alone that contain a text. */
  static String candidatesWith(String sdp, String text) {
    return CANDIDATE
        .matcher(sdp)
        .replaceAll(
            found -> found.group().contains(text) ? Matcher.quoteReplacement(found.group()) : "");
  }

  /** The same with one host candidate on 127.0.0.1 in place of all that it had. */
  static String onlyCandidate(String sdp, int port) {
    return withoutCandidates(sdp)
        .replaceFirst(
            "(?m)^a=ice-ufrag:",
            "a=candidate:1 1 udp 2122260223 127.0.0.1 " + port + " typ host\r\na=ice-ufrag:");
  }

  /** The port of the first UDP candidate on 127.0.0.1. */
  static int loopbackPort(String sdp) {
    return candidates(sdp).stream()
        .map(candidate -> candidate.split(" "))
        .filter(field -> field[2].equalsIgnoreCase("udp") && field[4].equals("127.0.0.1"))
        .map(field -> Integer.parseInt(field[5]))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no UDP candidate on 127.0.0.1 in:\n" + sdp));
  }
}
