package dev.turnstone.ice;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.Objects;

/**
 * ICE credentials (RFC 8839 section 5.4). {@link #toString} shows no password.
 *
 * @param usernameFragment 4 to 256 ice-chars
 * @param password 22 to 256 ice-chars
 * @param lite whether the side that they belong to is a lite implementation
 */
public record IceParameters(String usernameFragment, String password, boolean lite) {

  /** Checks lengths and characters. */
  public IceParameters {
    requireIceChars("ice-ufrag", Objects.requireNonNull(usernameFragment), 4);
    requireIceChars("ice-pwd", Objects.requireNonNull(password), 22);
  }

  /** Credentials of a full implementation. */
  public IceParameters(String usernameFragment, String password) {
    this(usernameFragment, password, false);
  }

  /**
   * Fresh credentials: 48 random bits of user name and 144 of password (RFC 8445 section 5.3 asks
   * for 24 and 128).
   */
  public static IceParameters random(SecureRandom random) {
    return new IceParameters(iceChars(random, 8), iceChars(random, 24));
  }

  private static String iceChars(SecureRandom random, int length) {
    // Standard base64 has exactly the 64 ice-chars: three bytes give four of them.
    byte[] bytes = new byte[length / 4 * 3];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static void requireIceChars(String what, String value, int least) {
    if (value.length() < least || value.length() > 256) {
      throw new IllegalArgumentException(
          what + " must have " + least + " to 256 characters, has " + value.length());
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean iceChar =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || c == '+'
              || c == '/';
      // Deviation: '-', '_', '=' and '#' are not ice-chars, but peers in the field send them.
      if (!iceChar && c != '-' && c != '_' && c != '=' && c != '#') {
        throw new IllegalArgumentException(
            what + " holds a character that is not an ice-char at index " + i);
      }
    }
  }

  @Override
  public String toString() {
    return "IceParameters[usernameFragment=" + usernameFragment + ", lite=" + lite + "]";
  }
}
