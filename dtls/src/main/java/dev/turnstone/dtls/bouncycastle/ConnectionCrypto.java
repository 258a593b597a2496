package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.record.Aead;
import dev.turnstone.dtls.record.Opening;
import dev.turnstone.dtls.record.Sealing;
import dev.turnstone.dtls.record.WriteKey;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.EncryptionAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCipher;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.impl.TlsImplUtils;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcX25519;

/**
 * BouncyCastle's own crypto for one connection's handshake, and our record protection in the place
 * of its ciphers. Nobody else derives the connection's keys, and they are derived once.
 */
class ConnectionCrypto extends BcTlsCrypto {
  private RecordProtection protection;

  /** Made ahead, and given out once; null before and after. */
  private KeyShare keyShare;

  ConnectionCrypto(SecureRandom random) {
    super(random);
  }

  /** Makes the key pair that most handshakes ask for, on the worker that runs the handshake. */
  void makeKeyShare() throws IOException {
    keyShare = new KeyShare(this);
  }

  @Override
  public TlsECDomain createECDomain(TlsECConfig config) {
    return config.getNamedGroup() == NamedGroup.x25519
        ? this::takeKeyShare
        : super.createECDomain(config);
  }

  private TlsAgreement takeKeyShare() {
    TlsAgreement taken = keyShare == null ? new BcX25519(this) : keyShare;
    keyShare = null;
    return taken;
  }

  @Override
  public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
    return type == CertificateType.X509
        ? new PeerCertificate(this, encoding)
        : super.createCertificate(type, encoding);
  }

  @Override
  public TlsCipher createCipher(
      TlsCryptoParameters parameters, int encryptionAlgorithm, int macAlgorithm)
      throws IOException {
    if (protection != null) {
      // A second counter for the same keys would use every nonce again.
      throw new TlsFatalAlert(AlertDescription.internal_error, "the keys were derived already");
    }
    Aead aead = aead(encryptionAlgorithm);
    byte[] keys = TlsImplUtils.calculateKeyBlock(parameters, aead.keyBlockBytes());
    WriteKey client = WriteKey.ofClient(aead, keys);
    WriteKey server = WriteKey.ofServer(aead, keys);
    Arrays.fill(keys, (byte) 0);
    protection =
        parameters.isServer()
            ? new RecordProtection(aead, new Sealing(server), new Opening(client))
            : new RecordProtection(aead, new Sealing(client), new Opening(server));
    return protection;
  }

  private static Aead aead(int encryptionAlgorithm) throws TlsFatalAlert {
    return switch (encryptionAlgorithm) {
      case EncryptionAlgorithm.AES_128_GCM -> Aead.AES_128_GCM;
      case EncryptionAlgorithm.AES_256_GCM -> Aead.AES_256_GCM;
      case EncryptionAlgorithm.CHACHA20_POLY1305 -> Aead.CHACHA20_POLY1305;
      default -> throw new TlsFatalAlert(AlertDescription.internal_error, "not a cipher of ours");
    };
  }

  /** What seals and opens under the connection's keys; null before they are agreed on. */
  RecordProtection protection() {
    return protection;
  }
}
