package dev.turnstone.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A certificate fingerprint as {@code a=fingerprint} carries it (RFC 8122 section 5).
 *
 * <p>A fingerprint with a hash function that is weak or not known can be read and written, so that
 * a description keeps it, but it never authenticates anybody: only {@code sha-256}, {@code sha-384}
 * and {@code sha-512} do.
 *
 * @param algorithm the hash function's name in lower case, such as {@code sha-256}
 * @param value the digest as upper-case hex pairs with colons between
 */
public record Fingerprint(String algorithm, String value) {

  /** The hash functions that authenticate, with their Java names, strongest first. */
  private static final List<Map.Entry<String, String>> STRONG =
      List.of(
          Map.entry("sha-512", "SHA-512"),
          Map.entry("sha-384", "SHA-384"),
          Map.entry("sha-256", "SHA-256"));

  private static final HexFormat HEX = HexFormat.ofDelimiter(":").withUpperCase();

  /**
   * Brings both parts to their one written form: names are compared without case (RFC 8122 section
   * 5), and hex digits that came in lower case are read all the same.
   *
   * @throws MalformedFingerprintException when the value is not hex pairs with colons between, or
   *     has the wrong length for its hash function
   */
  public Fingerprint {
    algorithm = algorithm.toLowerCase(Locale.ROOT);
    value = value.toUpperCase(Locale.ROOT);
    if (algorithm.isEmpty() || !algorithm.chars().allMatch(Fingerprint::isTokenCharacter)) {
      throw new MalformedFingerprintException("not the name of a hash function: " + algorithm);
    }
    byte[] digest = digestOf(value);
    if (digest.length == 0) {
      throw new MalformedFingerprintException("the fingerprint is empty");
    }
    if (isStrong(algorithm)) {
      int expected = hash(algorithm).getDigestLength();
      if (digest.length != expected) {
        throw new MalformedFingerprintException(
            algorithm + " has " + expected + " bytes, the fingerprint has " + digest.length);
      }
    }
  }

  /**
   * Reads the value of an {@code a=fingerprint} attribute, such as {@code sha-256 AB:CD:...}.
   *
   * @throws MalformedFingerprintException when it does not follow RFC 8122 section 5
   */
  public static Fingerprint parse(String attributeValue) {
    String[] parts = attributeValue.strip().split(" +");
    if (parts.length != 2) {
      throw new MalformedFingerprintException(
          "a fingerprint is a hash function and hex pairs, not: " + attributeValue);
    }
    return new Fingerprint(parts[0], parts[1]);
  }

  /**
   * The fingerprint of a certificate.
   *
   * @param algorithm {@code sha-256}, {@code sha-384} or {@code sha-512}
   * @throws IllegalArgumentException for any other hash function
   */
  public static Fingerprint of(String algorithm, X509Certificate certificate) {
    try {
      return of(algorithm, certificate.getEncoded());
    } catch (CertificateEncodingException e) {
      throw new IllegalArgumentException("the certificate has no DER form", e);
    }
  }

  /**
   * The fingerprint of a certificate in its DER form.
   *
   * @param algorithm {@code sha-256}, {@code sha-384} or {@code sha-512}
   * @throws IllegalArgumentException for any other hash function
   */
  public static Fingerprint of(String algorithm, byte[] certificateDer) {
    String name = algorithm.toLowerCase(Locale.ROOT);
    if (!isStrong(name)) {
      throw new IllegalArgumentException(
          "fingerprints are made with sha-256, sha-384 or sha-512, not " + algorithm);
    }
    return new Fingerprint(name, HEX.formatHex(hash(name).digest(certificateDer)));
  }

  /**
   * Whether a certificate is the one that these fingerprints speak of.
   *
   * <p>RFC 8122 section 5: of the hash functions offered, the one preferred most decides, which is
   * the strongest here; the certificate must match one of the fingerprints made with it. Where none
   * was made with a strong hash function, nothing matches.
   *
   * @param certificateDer the peer's certificate in its DER form
   * @param offered what the peer's description carried
   */
  public static boolean authenticates(byte[] certificateDer, Collection<Fingerprint> offered) {
    for (Map.Entry<String, String> strong : STRONG) {
      List<Fingerprint> made =
          offered.stream().filter(f -> f.algorithm.equals(strong.getKey())).toList();
      if (!made.isEmpty()) {
        byte[] actual = hash(strong.getKey()).digest(certificateDer);
        return made.stream().anyMatch(f -> MessageDigest.isEqual(actual, digestOf(f.value)));
      }
    }
    return false;
  }

  /** Whether the hash function is strong enough to authenticate somebody. */
  public boolean isStrong() {
    return isStrong(algorithm);
  }

  /** As the value of {@code a=fingerprint}: the hash function, a space, the hex pairs. */
  public String toAttributeValue() {
    return algorithm + " " + value;
  }

  private static boolean isStrong(String algorithm) {
    return STRONG.stream().anyMatch(strong -> strong.getKey().equals(algorithm));
  }

  private static MessageDigest hash(String algorithm) {
    for (Map.Entry<String, String> strong : STRONG) {
      if (strong.getKey().equals(algorithm)) {
        try {
          return MessageDigest.getInstance(strong.getValue());
        } catch (NoSuchAlgorithmException e) {
          throw new IllegalStateException("this Java has no " + strong.getValue(), e);
        }
      }
    }
    throw new IllegalArgumentException(Objects.toString(algorithm));
  }

  private static byte[] digestOf(String value) {
    try {
      return HEX.parseHex(value);
    } catch (IllegalArgumentException e) {
      throw new MalformedFingerprintException("not hex pairs with colons between: " + value);
    }
  }

  /** RFC 8866 section 9, {@code token-char}. */
  private static boolean isTokenCharacter(int c) {
    return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]".indexOf(c) < 0;
  }
}
