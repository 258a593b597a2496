package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsECConfig;

/**
 * The steps of a handshake that load most, played with nobody. Every key made here is forgotten
 * here.
 */
final class Rehearsal {

  private Rehearsal() {}

  static void play(ConnectionCrypto crypto, DtlsIdentity identity)
      throws IOException, GeneralSecurityException {
    new DTLSClientProtocol();
    new DTLSServerProtocol();

    TlsAgreement one = x25519(crypto);
    TlsAgreement other = x25519(crypto);
    byte[] share = one.generateEphemeral();
    one.receivePeerValue(other.generateEphemeral());
    other.receivePeerValue(share);
    one.calculateSecret().destroy();
    other.calculateSecret().destroy();

    byte[] certificate = identity.certificate().getEncoded();
    PeerCertificate read =
        (PeerCertificate) crypto.createCertificate(CertificateType.X509, certificate);
    if (read.getPublicKey() instanceof ECPublicKeyParameters key) {
      ECDSASigner verifier = new ECDSASigner();
      verifier.init(false, key);
      // Nobody's signature: what counts is that the table of the curve is made.
      verifier.verifySignature(
          MessageDigest.getInstance("SHA-256").digest(certificate), BigInteger.TWO, BigInteger.TWO);
    }
  }

  private static TlsAgreement x25519(ConnectionCrypto crypto) {
    return crypto.createECDomain(new TlsECConfig(NamedGroup.x25519)).createECDH();
  }
}
