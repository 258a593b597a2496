package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.ECKeyPairGenerator;
import org.bouncycastle.crypto.params.ECKeyGenerationParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ParametersWithRandom;
import org.bouncycastle.crypto.signers.DSADigestSigner;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.util.PrivateKeyInfoFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * Makes identities with self-signed certificates, as WebRTC uses them (RFC 8827 section 6.5). Each
 * has its own random serial number and name, so that nothing in it links two connections, and is
 * valid from a day ago (clocks differ) for 30 days from now.
 */
public final class SelfSigned {
  private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
  private static final Duration VALIDITY = Duration.ofDays(30);

  private SelfSigned() {}

  /**
   * An identity with an ECDSA key on P-256: small, fast, known to every peer. The default. The key
   * and the signature are BouncyCastle's, which makes them several times faster than the JDK.
   */
  public static DtlsIdentity ecdsa(SecureRandom random) {
    ECKeyPairGenerator generator = new ECKeyPairGenerator();
    generator.init(
        new ECKeyGenerationParameters(
            ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1), random));
    AsymmetricCipherKeyPair keys = generator.generateKeyPair();
    try {
      return make(
          SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(keys.getPublic()),
          KeyFactory.getInstance("EC")
              .generatePrivate(
                  new PKCS8EncodedKeySpec(
                      PrivateKeyInfoFactory.createPrivateKeyInfo(keys.getPrivate()).getEncoded())),
          new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
          tbs -> {
            DSADigestSigner signer = new DSADigestSigner(new ECDSASigner(), new SHA256Digest());
            signer.init(true, new ParametersWithRandom(keys.getPrivate(), random));
            signer.update(tbs, 0, tbs.length);
            return signer.generateSignature();
          },
          random);
    } catch (GeneralSecurityException | IOException e) {
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
          SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
          keys.getPrivate(),
          new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE),
          tbs -> {
            Signature signer = Signature.getInstance("SHA256withRSA");
            signer.initSign(keys.getPrivate(), random);
            signer.update(tbs);
            return signer.sign();
          },
          random);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot make an RSA certificate", e);
    }
  }

  @FunctionalInterface
  private interface Signing {
    byte[] sign(byte[] tbs) throws GeneralSecurityException;
  }

  private static DtlsIdentity make(
      SubjectPublicKeyInfo publicKey,
      PrivateKey privateKey,
      AlgorithmIdentifier signing,
      Signing signer,
      SecureRandom random)
      throws GeneralSecurityException, IOException {
    byte[] tbs =
        toBeSigned(publicKey, signing, random, Instant.now())
            .generateTBSCertificate()
            .getEncoded(ASN1Encoding.DER);
    ASN1EncodableVector certificate = new ASN1EncodableVector();
    certificate.add(ASN1Primitive.fromByteArray(tbs));
    certificate.add(signing);
    certificate.add(new DERBitString(signer.sign(tbs)));
    byte[] der = new DERSequence(certificate).getEncoded(ASN1Encoding.DER);
    return new DtlsIdentity(parse(der), privateKey);
  }

  private static V3TBSCertificateGenerator toBeSigned(
      SubjectPublicKeyInfo publicKey,
      AlgorithmIdentifier signing,
      SecureRandom random,
      Instant now) {
    byte[] name = new byte[8];
    random.nextBytes(name);
    X500Name subject = new X500Name("CN=" + HexFormat.of().formatHex(name));
    V3TBSCertificateGenerator tbs = new V3TBSCertificateGenerator();
    // RFC 5280 section 4.1.2.2: positive, at most 20 octets.
    tbs.setSerialNumber(new ASN1Integer(new BigInteger(126, random).setBit(126)));
    tbs.setSignature(signing);
    tbs.setIssuer(subject);
    tbs.setSubject(subject);
    tbs.setStartDate(new Time(Date.from(now.minus(CLOCKS_DIFFER))));
    tbs.setEndDate(new Time(Date.from(now.plus(VALIDITY))));
    tbs.setSubjectPublicKeyInfo(publicKey);
    return tbs;
  }

  private static X509Certificate parse(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
