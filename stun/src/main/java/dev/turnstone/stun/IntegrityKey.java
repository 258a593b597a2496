package dev.turnstone.stun;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a message integrity (RFC 8489 sections 9.1.1 and 9.2.2). Safe for use by several
 * threads. {@link #toString} shows nothing of it.
 *
 * <p>Passwords and realms pass through the OpaqueString profile as {@link StringPreparation} says.
 */
public final class IntegrityKey {
  private final SecretKeySpec sha1;
  private final SecretKeySpec sha256;

  private IntegrityKey(byte[] key) {
    this.sha1 = new SecretKeySpec(key, "HmacSHA1");
    this.sha256 = new SecretKeySpec(key, "HmacSHA256");
  }

  /**
   * The short-term key: the password itself. ICE uses it, with the password of the side that
   * receives the request.
   *
   * @throws IllegalArgumentException when the password is empty or no OpaqueString
   */
  public static IntegrityKey shortTerm(String password) {
    return new IntegrityKey(utf8(StringPreparation.opaqueString(password)));
  }

  /**
   * The long-term key of RFC 5389 and of {@link StunAttribute.Algorithm#MD5}.
   *
   * @throws IllegalArgumentException when realm or password is empty or no OpaqueString
   */
  public static IntegrityKey longTermMd5(String username, String realm, String password) {
    return new IntegrityKey(digest("MD5", longTermText(username, realm, password)));
  }

  /**
   * The long-term key of {@link StunAttribute.Algorithm#SHA256}.
   *
   * @throws IllegalArgumentException when realm or password is empty or no OpaqueString
   */
  public static IntegrityKey longTermSha256(String username, String realm, String password) {
    return new IntegrityKey(digest("SHA-256", longTermText(username, realm, password)));
  }

  /** The anonymous form of a user name (RFC 8489 section 14.4). */
  public static StunAttribute.UserHash userHash(String username, String realm) {
    String text =
        StringPreparation.opaqueString(username) + ":" + StringPreparation.opaqueString(realm);
    return new StunAttribute.UserHash(ByteBuffer.wrap(digest("SHA-256", text)));
  }

  private static String longTermText(String username, String realm, String password) {
    return username
        + ":"
        + StringPreparation.opaqueString(realm)
        + ":"
        + StringPreparation.opaqueString(password);
  }

  private static byte[] digest(String algorithm, String text) {
    try {
      return MessageDigest.getInstance(algorithm).digest(utf8(text));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no " + algorithm, e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A fresh HMAC of the kind that an integrity attribute holds. */
  Mac mac(AttributeType type) {
    SecretKeySpec key = type == AttributeType.MESSAGE_INTEGRITY ? sha1 : sha256;
    try {
      Mac mac = Mac.getInstance(key.getAlgorithm());
      mac.init(key);
      return mac;
    } catch (InvalidKeyException e) {
      throw new AssertionError("an HMAC takes any key", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + key.getAlgorithm(), e);
    }
  }

  /** Shows nothing. */
  @Override
  public String toString() {
    return "IntegrityKey[hidden]";
  }
}
