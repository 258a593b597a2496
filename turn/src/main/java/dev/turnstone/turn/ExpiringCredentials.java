package dev.turnstone.turn;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Credentials that expire and that no table holds (draft-uberti-behave-turn-rest): the user name is
 * {@code "1767225600:alice"}, the second after which it is good no longer and a name; the password
 * is the Base64 of HMAC-SHA1 over the user name, under a secret that the TURN server shares with
 * the web server that hands them out. {@link #toString} shows nothing of the secret.
 *
 * <p>The time is compared when a client allocates. An allocation that stands outlives it: a call is
 * not cut off because its ticket has run out.
 */
public final class ExpiringCredentials implements Credentials {
  /** A hundred billion seconds are enough for three thousand years. */
  private static final int MAX_DIGITS = 11;

  private final SecretKeySpec secret;

  /**
   * With a secret.
   *
   * @param secret as text, of any length but none
   * @throws IllegalArgumentException when it is empty
   */
  public ExpiringCredentials(String secret) {
    this.secret = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA1");
  }

  /**
   * The user name for somebody.
   *
   * @param name whom allocations are counted for
   * @param expiry when it ends; fractions of a second are lost
   */
  public String username(String name, Instant expiry) {
    return expiry.getEpochSecond() + ":" + name;
  }

  /** The password that belongs to a user name, whatever its time. */
  public String password(String username) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(secret);
      byte[] hmac = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(hmac);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC-SHA1", e);
    }
  }

  @Override
  public Optional<String> password(String username, Instant at) {
    long expiry = expirySecond(username);
    return expiry >= at.getEpochSecond() ? Optional.of(password(username)) : Optional.empty();
  }

  /** The name behind the time: one person's tickets share one quota. */
  @Override
  public String account(String username) {
    return username.substring(username.indexOf(':') + 1);
  }

  /** The time in a user name, or -1 when there is none. */
  private static long expirySecond(String username) {
    int colon = username.indexOf(':');
    String digits = colon < 0 ? username : username.substring(0, colon);
    boolean number =
        !digits.isEmpty()
            && digits.length() <= MAX_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? Long.parseLong(digits) : -1;
  }

  /** Shows nothing. */
  @Override
  public String toString() {
    return "ExpiringCredentials[hidden]";
  }
}
