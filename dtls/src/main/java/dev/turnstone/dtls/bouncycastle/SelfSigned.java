package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsIdentity;
import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.ECDSASigner;

/**
 * Makes identities with self-signed certificates, as WebRTC uses them (RFC 8827 section 6.5). Each
 * has its own random serial number and name, so that nothing in it links two connections, and is
 * valid from a day ago (clocks differ) for 30 days from now.
 */
public final class SelfSigned {
  private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
  private static final Duration VALIDITY = Duration.ofDays(30);

  /** An AlgorithmIdentifier: ecdsa-with-SHA256 (RFC 5758 section 3.2). */
  private static final byte[] ECDSA_WITH_SHA256 =
      HexFormat.of().parseHex("300a06082a8648ce3d040302");

  /** An AlgorithmIdentifier: sha256WithRSAEncryption (RFC 4055 section 5). */
  private static final byte[] RSA_WITH_SHA256 =
      HexFormat.of().parseHex("300d06092a864886f70d01010b0500");

  /** The type of a name's only part: commonName, 2.5.4.3. */
  private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");

  /** [0] INTEGER 2: version 3. */
  private static final byte[] VERSION = HexFormat.of().parseHex("a003020102");

  private SelfSigned() {}

  /**
   * An identity with an ECDSA key on P-256: small, fast, known to every peer. The default. The key
   * and the signature are BouncyCastle's, which makes them several times faster than the JDK.
   */
  public static DtlsIdentity ecdsa(SecureRandom random) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(new ECKeyGenerationParameters(P256.DOMAIN, random));
    AsymmetricCipherKeyPair keys = generator.generateKeyPair();
    ECPublicKeyParameters publicKey = (ECPublicKeyParameters) keys.getPublic();
    ECPrivateKeyParameters privateKey = (ECPrivateKeyParameters) keys.getPrivate();
    try {
      return make(
          P256.encode(publicKey),
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(P256.encode(privateKey, publicKey))),
          ECDSA_WITH_SHA256,
          tbs -> {
            ECDSASigner signer = new ECDSASigner();
            signer.init(true, new ParametersWithRandom(privateKey, random));
            BigInteger[] signature =
                signer.generateSignature(MessageDigest.getInstance("SHA-256").digest(tbs));
            return Der.sequence(Der.integer(signature[0]), Der.integer(signature[1]));
          },
          random);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make an ECDSA certificate", e);
    }
  }

  /** An identity with an RSA key of 2048 bits. Making one takes a tenth of a second and more. */
  public static DtlsIdentity rsa(SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4), random);
      KeyPair keys = generator.generateKeyPair();
      return make(
          keys.getPublic().getEncoded(),
          keys.getPrivate(),
          RSA_WITH_SHA256,
          tbs -> {
            Signature signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(keys.getPrivate(), random);
            signer.update(tbs);
            return signer.sign();
          },
          random);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot make an RSA certificate", e);
    }
  }

  @FunctionalInterface
  private interface Signing {
    byte[] sign(byte[] tbs) throws GeneralSecurityException;
  }

  /** RFC 5280 section 4.1. */
  private static DtlsIdentity make(
      byte[] publicKeyInfo,
      PrivateKey privateKey,
      byte[] algorithm,
      Signing signer,
      SecureRandom random)
      throws GeneralSecurityException {
    byte[] tbs = toBeSigned(publicKeyInfo, algorithm, random, Instant.now());
    byte[] der = Der.sequence(tbs, algorithm, Der.bits(signer.sign(tbs)));
    return new DtlsIdentity(parse(der), privateKey);
  }

  private static byte[] toBeSigned(
      byte[] publicKeyInfo, byte[] algorithm, SecureRandom random, Instant now) {
    byte[] label = new byte[8];
    random.nextBytes(label);
    byte[] name =
        Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8(HexFormat.of().formatHex(label)))));
    return Der.sequence(
        VERSION,
        // RFC 5280 section 4.1.2.2: positive, at most 20 octets.
        Der.integer(new BigInteger(126, random).setBit(126)),
        algorithm,
        name,
        Der.sequence(Der.time(now.minus(CLOCKS_DIFFER)), Der.time(now.plus(VALIDITY))),
        name,
        publicKeyInfo);
  }

  private static X509Certificate parse(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
