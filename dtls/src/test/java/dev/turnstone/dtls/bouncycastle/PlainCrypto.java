package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** BouncyCastle's own ciphers: another implementation of the records that we make. */
final class PlainCrypto extends ConnectionCrypto {
  private final BcTlsCrypto theirs;

  PlainCrypto() {
    super(new SecureRandom());
    theirs = new BcTlsCrypto(new SecureRandom());
  }

  @Override
  public TlsCipher createCipher(
      TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
      throws IOException {
    return theirs.createCipher(parameters, encryptionAlgorithm, macAlgorithm);
  }
}
