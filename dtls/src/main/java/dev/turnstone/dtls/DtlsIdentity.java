package dev.turnstone.dtls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Objects;

/**
 * A certificate with its private key. {@link #toString} shows no key.
 *
 * @param certificate self-signed as a rule
 * @param privateKey the key that the certificate names
 */
public record DtlsIdentity(X509Certificate certificate, PrivateKey privateKey) {

  /** Checks that neither is null. */
  public DtlsIdentity {
    Objects.requireNonNull(certificate);
    Objects.requireNonNull(privateKey);
  }

  /**
   * The certificate's fingerprint, for our description.
   *
   * @param algorithm {@code sha-256}, {@code sha-384} or {@code sha-512}
   * @throws IllegalArgumentException for any other hash function
   */
  public Fingerprint fingerprint(String algorithm) {
    return Fingerprint.of(algorithm, certificate);
  }

  @Override
  public String toString() {
    return "DtlsIdentity[" + certificate.getSubjectX500Principal() + "]";
  }
}
