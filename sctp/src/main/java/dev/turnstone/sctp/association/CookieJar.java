package dev.turnstone.sctp.association;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Seals state cookies with HMAC-SHA256 under a secret of this association (RFC 9260 5.1.3). */
final class CookieJar {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_LENGTH = 32;

  private final byte[] secret = new byte[32];
  private Mac mac;

  CookieJar(RandomGenerator random) {
    random.nextBytes(secret);
  }

  /** The cookie as INIT ACK carries it. */
  ByteBuffer seal(StateCookie cookie) {
    ByteBuffer sealed = ByteBuffer.allocate(StateCookie.LENGTH + MAC_LENGTH);
    cookie.write(sealed);
    sealed.put(mac(sealed.array()));
    return sealed.flip();
  }

  /** The cookie that COOKIE ECHO carries, or null when we did not make it. */
  StateCookie open(ByteBuffer sealed) {
    if (sealed.remaining() != StateCookie.LENGTH + MAC_LENGTH) {
      return null;
    }
    byte[] bytes = new byte[sealed.remaining()];
    sealed.duplicate().get(bytes);
    byte[] found = new byte[MAC_LENGTH];
    System.arraycopy(bytes, StateCookie.LENGTH, found, 0, MAC_LENGTH);
    if (!MessageDigest.isEqual(mac(bytes), found)) {
      return null;
    }
    return StateCookie.read(ByteBuffer.wrap(bytes));
  }

  private byte[] mac(byte[] cookie) {
    try {
      if (mac == null) {
        mac = Mac.getInstance(ALGORITHM);
        mac.init(new SecretKeySpec(secret, ALGORITHM));
      }
    } catch (GeneralSecurityException impossible) {
      // Every Java platform has HmacSHA256 (javax.crypto.Mac).
      throw new IllegalStateException(impossible);
    }
    mac.update(cookie, 0, StateCookie.LENGTH);
    return mac.doFinal();
  }
}
