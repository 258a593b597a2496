package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCertificate;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A certificate whose key is read once, and without the readers of all other kinds if it can. */
final class PeerCertificate extends BcTlsCertificate {
  private AsymmetricKeyParameter key;

  PeerCertificate(BcTlsCrypto crypto, byte[] encoding) throws IOException {
    super(crypto, encoding);
  }

  @Override
  protected AsymmetricKeyParameter getPublicKey() throws IOException {
    if (key == null) {
      try {
        key = P256.publicKey(keyInfo.getEncoded());
      } catch (IllegalArgumentException e) {
        // Not a point of the curve that the certificate names.
        throw new TlsFatalAlert(AlertDescription.unsupported_certificate, e);
      }
      if (key == null) {
        key = super.getPublicKey();
      }
    }
    return key;
  }
}
