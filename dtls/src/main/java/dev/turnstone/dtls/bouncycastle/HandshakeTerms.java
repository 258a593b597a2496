package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsException;
import dev.turnstone.dtls.DtlsOptions;
import dev.turnstone.dtls.Fingerprint;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.ExporterLabel;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;

/**
 * What we bring to a handshake and what we ask of the peer, the same in both roles. Made on the
 * loop, used by the worker.
 */
final class HandshakeTerms {
  /** RFC 8827 section 6.5 asks for SHA-256 and up; the order is ours. */
  private static final List<SignatureAndHashAlgorithm> SIGNATURES =
      List.of(
          SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa),
          SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha384, SignatureAlgorithm.ecdsa),
          SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha512, SignatureAlgorithm.ecdsa),
          SignatureAndHashAlgorithm.rsa_pss_rsae_sha256,
          SignatureAndHashAlgorithm.rsa_pss_rsae_sha384,
          SignatureAndHashAlgorithm.rsa_pss_rsae_sha512,
          SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha256, SignatureAlgorithm.rsa),
          SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha384, SignatureAlgorithm.rsa),
          SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha512, SignatureAlgorithm.rsa));

  private final DtlsOptions options;
  private final ConnectionCrypto crypto;
  private final SrtpProfiles srtp;
  private final AsymmetricKeyParameter key;

  private X509Certificate peerCertificate;
  private Optional<Integer> srtpProfile = Optional.empty();
  private NegotiatedSession session;

  HandshakeTerms(DtlsOptions options, ConnectionCrypto crypto) {
    this.options = options;
    this.crypto = crypto;
    this.srtp = new SrtpProfiles(options.srtpProfiles());
    this.key = read(options);
  }

  private static AsymmetricKeyParameter read(DtlsOptions options) {
    if (options.identity().privateKey() instanceof ECPrivateKey ec) {
      AsymmetricKeyParameter usual = P256.privateKey(ec);
      if (usual != null) {
        return usual;
      }
    }
    byte[] encoded = options.identity().privateKey().getEncoded();
    if (encoded == null) {
      throw new IllegalArgumentException("the identity's private key does not give its bytes");
    }
    AsymmetricKeyParameter key;
    try {
      key = PrivateKeyFactory.createKey(encoded);
    } catch (IOException e) {
      throw new IllegalArgumentException("the identity's private key is not in PKCS #8 form", e);
    }
    if (!(key instanceof ECPrivateKeyParameters) && !(key instanceof RSAKeyParameters)) {
      throw new IllegalArgumentException(
          "an identity has an EC or an RSA key, not " + options.identity().privateKey());
    }
    return key;
  }

  DtlsOptions options() {
    return options;
  }

  ConnectionCrypto crypto() {
    return crypto;
  }

  SrtpProfiles srtp() {
    return srtp;
  }

  CipherSuites.KeyKind keyKind() {
    return key instanceof ECPrivateKeyParameters
        ? CipherSuites.KeyKind.EC
        : CipherSuites.KeyKind.RSA;
  }

  int handshakeTimeoutMillis() {
    return (int) Math.min(options.handshakeTimeout().toMillis(), Integer.MAX_VALUE);
  }

  int retransmitMillis() {
    return (int) Math.min(options.retransmitInterval().toMillis(), Integer.MAX_VALUE);
  }

  /** The signature algorithms that we accept from the peer, in BouncyCastle's collection. */
  static Vector<SignatureAndHashAlgorithm> signatures() {
    return new Vector<>(SIGNATURES);
  }

  /**
   * Our certificate and key, to sign with the best algorithm of those that the peer accepts.
   *
   * @param accepted the peer's list, or null when it sent none
   */
  TlsCredentialedSigner credentials(TlsContext context, Vector<?> accepted) throws IOException {
    for (SignatureAndHashAlgorithm algorithm : SIGNATURES) {
      boolean ecdsa = algorithm.getSignature() == SignatureAlgorithm.ecdsa;
      if (ecdsa == (keyKind() == CipherSuites.KeyKind.EC)
          && accepted != null
          && accepted.contains(algorithm)) {
        return new BcDefaultTlsCredentialedSigner(
            new TlsCryptoParameters(context), crypto, key, certificate(), algorithm);
      }
    }
    throw new TlsFatalAlert(
        AlertDescription.handshake_failure, "the peer accepts no signature that our key can make");
  }

  private Certificate certificate() throws IOException {
    try {
      byte[] der = options.identity().certificate().getEncoded();
      return new Certificate(new TlsCertificate[] {crypto.createCertificate(der)});
    } catch (CertificateEncodingException e) {
      throw new TlsFatalAlert(AlertDescription.internal_error, e);
    }
  }

  /**
   * Checks the peer's certificate against the fingerprints of its description. That it also holds
   * the key, BouncyCastle checks.
   */
  void authenticate(Certificate chain) throws IOException {
    if (chain == null || chain.isEmpty()) {
      throw new TlsFatalAlert(AlertDescription.handshake_failure, "the peer showed no certificate");
    }
    byte[] der = chain.getCertificateAt(0).getEncoded();
    // RFC 8122 section 6.2: the certificate must match the fingerprint, or the connection ends.
    if (!Fingerprint.authenticates(der, options.remoteFingerprints())) {
      throw new TlsFatalAlert(
          AlertDescription.bad_certificate,
          new DtlsException(
              DtlsException.Reason.FINGERPRINT_MISMATCH,
              "the peer's certificate, "
                  + Fingerprint.of("sha-256", der).toAttributeValue()
                  + ", does not match the fingerprints of its description",
              null));
    }
    try {
      peerCertificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw new TlsFatalAlert(AlertDescription.bad_certificate, e);
    }
  }

  void agreeOnSrtp(Optional<Integer> profile) {
    srtpProfile = profile;
  }

  /** Takes what outlives the handshake: the secrets are there to export only now. */
  void complete(TlsContext context) throws IOException {
    if (peerCertificate == null) {
      throw new TlsFatalAlert(AlertDescription.internal_error, "nobody was authenticated");
    }
    SecurityParameters parameters = context.getSecurityParametersConnection();
    byte[] keyingMaterial =
        srtpProfile.isEmpty()
            ? new byte[0]
            : context.exportKeyingMaterial(
                ExporterLabel.dtls_srtp, null, SrtpProfiles.keyingMaterialBytes(srtpProfile.get()));
    session =
        new NegotiatedSession(
            CipherSuites.of(parameters.getCipherSuite()),
            peerCertificate,
            srtpProfile,
            keyingMaterial);
  }

  /** What was agreed on, when BouncyCastle has returned from the handshake. */
  NegotiatedSession session() {
    return session;
  }
}
