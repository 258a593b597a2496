package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsSession;
import java.security.cert.X509Certificate;
import java.util.Optional;

/** What the handshake agreed on. The keying material is copied out, and never printed. */
record NegotiatedSession(
    CipherSuites suite,
    X509Certificate peerCertificate,
    Optional<Integer> srtpProfile,
    byte[] srtpKeyingMaterial)
    implements DtlsSession {

  @Override
  public String protocol() {
    return "DTLSv1.2";
  }

  @Override
  public String cipherSuite() {
    return suite.name();
  }

  @Override
  public byte[] srtpKeyingMaterial() {
    return srtpKeyingMaterial.clone();
  }

  @Override
  public String toString() {
    return "DtlsSession["
        + protocol()
        + ", "
        + suite
        + srtpProfile.map(profile -> ", SRTP profile " + profile).orElse("")
        + "]";
  }
}
