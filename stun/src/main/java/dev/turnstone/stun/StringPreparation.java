package dev.turnstone.stun;

import java.text.Normalizer;

/**
 * The forms in which two sides compare user names and passwords.
 *
 * <p>What is not done: characters are not checked against the tables of unassigned code points and
 * of bidirectional text (RFC 3454 section 6, RFC 8264 section 9); the JDK has neither. Normal forms
 * follow the Unicode version of the JDK.
 */
public final class StringPreparation {
  private StringPreparation() {}

  /**
   * The OpaqueString profile (RFC 8265 section 4.2) that RFC 8489 asks for: other spaces become
   * U+0020, the result is in normal form C.
   *
   * @throws IllegalArgumentException when the text is empty or has a control character
   */
  public static String opaqueString(String text) {
    if (isPlainAscii(text)) {
      return text;
    }
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints().map(StringPreparation::plainSpace).forEach(mapped::appendCodePoint);
    return requireUsable(Normalizer.normalize(mapped, Normalizer.Form.NFC));
  }

  /**
   * SASLprep (RFC 4013) that RFC 5389 asked for: other spaces become U+0020, what is commonly
   * mapped to nothing vanishes, the result is in normal form KC. For servers that still do so:
   * prepare the password with it before it goes into a key.
   *
   * @throws IllegalArgumentException when the result is empty or has a control character
   */
  public static String saslPrep(String text) {
    if (isPlainAscii(text)) {
      return text;
    }
    StringBuilder mapped = new StringBuilder(text.length());
    text.codePoints()
        .filter(c -> !mapsToNothing(c))
        .map(StringPreparation::plainSpace)
        .forEach(mapped::appendCodePoint);
    return requireUsable(Normalizer.normalize(mapped, Normalizer.Form.NFKC));
  }

  private static boolean isPlainAscii(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> c >= 0x20 && c < 0x7F);
  }

  private static int plainSpace(int c) {
    return Character.getType(c) == Character.SPACE_SEPARATOR ? ' ' : c;
  }

  /** RFC 3454 table B.1. */
  private static boolean mapsToNothing(int c) {
    return c == 0x00AD
        || c == 0x034F
        || c == 0x1806
        || c >= 0x180B && c <= 0x180D
        || c >= 0x200B && c <= 0x200D
        || c == 0x2060
        || c >= 0xFE00 && c <= 0xFE0F
        || c == 0xFEFF;
  }

  private static String requireUsable(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a name or password must not be empty");
    }
    if (text.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("a name or password must not hold control characters");
    }
    return text;
  }
}
