package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.record.Aead;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.tls.CipherSuite;

/**
 * The cipher suites, preferred first: all with forward secrecy and authenticated encryption, as RFC
 * 8827 section 6.5 wants. AES-128-GCM is what processors do fastest.
 */
enum CipherSuites {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256(
      CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, KeyKind.EC, Aead.AES_128_GCM),
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256(
      CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, KeyKind.RSA, Aead.AES_128_GCM),
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384(
      CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, KeyKind.EC, Aead.AES_256_GCM),
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384(
      CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, KeyKind.RSA, Aead.AES_256_GCM),
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256(
      CipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
      KeyKind.EC,
      Aead.CHACHA20_POLY1305),
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256(
      CipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, KeyKind.RSA, Aead.CHACHA20_POLY1305);

  /** What the server signs with. */
  enum KeyKind {
    EC,
    RSA
  }

  private final int number;
  private final KeyKind key;
  private final Aead aead;

  CipherSuites(int number, KeyKind key, Aead aead) {
    this.number = number;
    this.key = key;
    this.aead = aead;
  }

  /** What protects records. */
  Aead aead() {
    return aead;
  }

  static int[] all() {
    return numbers(List.of(values()));
  }

  /** The suites that a server whose key is of this kind can serve. */
  static int[] servedBy(KeyKind key) {
    return numbers(Arrays.stream(values()).filter(suite -> suite.key == key).toList());
  }

  static CipherSuites of(int number) {
    for (CipherSuites suite : values()) {
      if (suite.number == number) {
        return suite;
      }
    }
    throw new IllegalArgumentException("not a cipher suite of ours: " + number);
  }

  private static int[] numbers(List<CipherSuites> suites) {
    return suites.stream().mapToInt(suite -> suite.number).toArray();
  }
}
