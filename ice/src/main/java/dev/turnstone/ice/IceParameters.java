package dev.turnstone.ice;

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
