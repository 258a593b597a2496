package dev.turnstone.dtls;

import java.security.cert.X509Certificate;
import java.util.Optional;

/** What a completed handshake agreed on. Safe to read from any thread. */
public interface DtlsSession {

  /** The protocol version, such as {@code DTLSv1.2}. */
  String protocol();

  /** The cipher suite's IANA name. */
  String cipherSuite();

  /** The certificate that the peer showed; its fingerprint was checked. */
  X509Certificate peerCertificate();

  /** The SRTP protection profile that both sides chose (RFC 5764 section 4.1.2), if any. */
  Optional<Integer> srtpProfile();

  /**
   * Exported keying material (RFC 5705) with the label {@code EXTRACTOR-dtls_srtp} (RFC 5764
   * section 4.2): enough for the profile chosen, client write key, server write key, client salt,
   * server salt. Empty when no profile was chosen.
   */
  byte[] srtpKeyingMaterial();
}
