package dev.turnstone.turn;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Nonces that need no memory: each says when it was made, under an HMAC that covers the client too.
 * So a nonce is good for one client and for a while, and who only asks costs nothing.
 */
final class Nonces {
  /** RFC 8489 section 9.2: the cookie, and 24 bits in Base64 of which the first is this feature. */
  private static final String PASSWORD_ALGORITHMS = "obMatJos2gAAA";

  private static final int STAMP = 4;
  private static final int HMAC = 12;

  /** Base64 without padding. */
  private static final int LENGTH = (STAMP + HMAC) * 8 / 6 + 1;

  private final Mac mac;
  private final long lifetimeSeconds;
  private final String prefix;

  Nonces(SecureRandom random, Duration lifetime, boolean passwordAlgorithms) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    try {
      mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no HMAC-SHA256", e);
    }
    lifetimeSeconds = lifetime.toSeconds();
    prefix = passwordAlgorithms ? PASSWORD_ALGORITHMS : "";
  }

  String make(FiveTuple tuple, long nowNanos) {
    return make(tuple, seconds(nowNanos));
  }

  boolean isGood(String nonce, FiveTuple tuple, long nowNanos) {
    if (nonce.length() != prefix.length() + LENGTH || !nonce.startsWith(prefix)) {
      return false;
    }
    int stamp;
    try {
      // Six characters hold the four bytes, and four bits more.
      String start = nonce.substring(prefix.length(), prefix.length() + 6) + "AA";
      stamp = ByteBuffer.wrap(Base64.getUrlDecoder().decode(start)).getInt();
    } catch (IllegalArgumentException e) {
      return false;
    }
    long age = seconds(nowNanos) - stamp;
    return age >= 0
        && age < lifetimeSeconds
        && MessageDigest.isEqual(utf8(make(tuple, stamp)), utf8(nonce));
  }

  private String make(FiveTuple tuple, int stamp) {
    ByteBuffer nonce = ByteBuffer.allocate(STAMP + HMAC).putInt(stamp);
    mac.update(nonce.array(), 0, STAMP);
    mac.update((byte) tuple.transport().ordinal());
    mac.update((byte) (tuple.client().getPort() >>> 8));
    mac.update((byte) tuple.client().getPort());
    nonce.put(mac.doFinal(tuple.client().getAddress().getAddress()), 0, HMAC);
    return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(nonce.array());
  }

  /** 68 years in 31 bits. */
  private static int seconds(long nanos) {
    return (int) (nanos / 1_000_000_000L);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
