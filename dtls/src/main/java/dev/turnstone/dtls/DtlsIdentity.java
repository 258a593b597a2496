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

  @Override
  public String toString() {
    return "DtlsIdentity[" + certificate.getSubjectX500Principal() + "]";
  }
}
