package dev.turnstone.dtls.bouncycastle;

import java.io.IOException;
import java.security.SecureRandom;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.TlsAEADCipher;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/**
 * BouncyCastle's own crypto with AES-GCM taken from the JDK, whose is many times faster. Has no
 * state of its own, so one serves all connections.
 */
final class JdkGcmCrypto extends BcTlsCrypto {

  JdkGcmCrypto(SecureRandom random) {
    super(random);
  }

  @Override
  public TlsCipher createCipher(
      TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
      throws IOException {
    return new ForgivingCipher(super.createCipher(parameters, encryptionAlgorithm, macAlgorithm));
  }

  @Override
  protected TlsAEADCipher createCipher_AES_GCM(
      TlsCryptoParameters parameters, int keyBytes, int tagBytes) throws IOException {
    return new TlsAEADCipher(
        parameters,
        JdkGcm.sealing(),
        JdkGcm.opening(),
        keyBytes,
        tagBytes,
        TlsAEADCipher.AEAD_GCM,
        null);
  }
}
