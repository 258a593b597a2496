package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcX25519;

/**
 * A key pair of X25519 (RFC 7748), for one handshake and once, that is made before it is asked for:
 * while its worker would have waited for the peer.
 */
final class KeyShare extends BcX25519 {
  private byte[] made;

  KeyShare(BcTlsCrypto crypto) throws IOException {
    super(crypto);
    made = super.generateEphemeral();
  }

  @Override
  public byte[] generateEphemeral() throws IOException {
    byte[] publicKey = made;
    made = null;
    return publicKey == null ? super.generateEphemeral() : publicKey;
  }
}
