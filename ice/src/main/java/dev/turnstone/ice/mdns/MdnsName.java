package dev.turnstone.ice.mdns;

import java.security.SecureRandom;
import java.util.Locale;
import java.util.UUID;

/**
 * The names that conceal addresses: a UUID and {@code .local}
 * (draft-ietf-mmusic-mdns-ice-candidates section 3.1.1).
 */
public final class MdnsName {
  private static final String SUFFIX = ".local";
  private static final int UUID_LENGTH = 36;
  private static final int LENGTH = UUID_LENGTH + SUFFIX.length();

  private MdnsName() {}

  /**
   * A new name: nobody can guess it, and it says nothing of the address.
   *
   * @param random gives 122 bits of it
   */
  public static String random(SecureRandom random) {
    // RFC 4122 section 4.4: version 4, and the variant of that document.
    long high = random.nextLong() & ~0xF000L | 0x4000L;
    long low = random.nextLong() & ~(0b11L << 62) | 0b10L << 62;
    return new UUID(high, low) + SUFFIX;
  }

  /**
   * Whether a text is such a name, in any case. Other names under {@code .local} belong to printers
   * and the like: whoever may choose the name must not make us look for them.
   */
  public static boolean matches(String text) {
    if (text.length() != LENGTH || !text.regionMatches(true, UUID_LENGTH, SUFFIX, 0, 6)) {
      return false;
    }
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : c >= 0x80 || Character.digit(c, 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The form in which names are compared: RFC 6762 section 16, case does not count. */
  static String normal(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
