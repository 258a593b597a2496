package dev.turnstone.dtls.bouncycastle;

import dev.turnstone.dtls.DtlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
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
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V3TBSCertificateGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * Makes identities with self-signed certificates, as WebRTC uses them (RFC 8827 section 6.5). Each
 * has its own random serial number and name, so that nothing in it links two connections, and is
 * valid from a day ago (clocks differ) for 30 days from now.
 */
public final class SelfSigned {
  private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);
  private static final Duration VALIDITY = Duration.ofDays(30);

  private SelfSigned() {}

  /** An identity with an ECDSA key on P-256: small, fast, known to every peer. The default. */
  public static DtlsIdentity ecdsa(SecureRandom random) {
    return make(
        "EC",
        new ECGenParameterSpec("secp256r1"),
        "SHA256withECDSA",
        new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256),
        random);
  }

  /** An identity with an RSA key of 2048 bits. Making one takes a tenth of a second and more. */
  public static DtlsIdentity rsa(SecureRandom random) {
    return make(
        "RSA",
        new RSAKeyGenParameterSpec(2048, RSAKeyGenParameterSpec.F4),
        "SHA256withRSA",
        new AlgorithmIdentifier(PKCSObjectIdentifiers.sha256WithRSAEncryption, DERNull.INSTANCE),
        random);
  }

  private static DtlsIdentity make(
      String keyKind,
      AlgorithmParameterSpec keyParameters,
      String signing,
      AlgorithmIdentifier signingIdentifier,
      SecureRandom random) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(keyKind);
      generator.initialize(keyParameters, random);
      KeyPair keys = generator.generateKeyPair();

      byte[] tbs =
          toBeSigned(keys, signingIdentifier, random, Instant.now())
              .generateTBSCertificate()
              .getEncoded(ASN1Encoding.DER);
      Signature signer = Signature.getInstance(signing);
      signer.initSign(keys.getPrivate(), random);
      signer.update(tbs);

      ASN1EncodableVector certificate = new ASN1EncodableVector();
      certificate.add(ASN1Primitive.fromByteArray(tbs));
      certificate.add(signingIdentifier);
      certificate.add(new DERBitString(signer.sign()));
      byte[] der = new DERSequence(certificate).getEncoded(ASN1Encoding.DER);
      return new DtlsIdentity(parse(der), keys.getPrivate());
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot make a certificate with " + signing, e);
    }
  }

  private static V3TBSCertificateGenerator toBeSigned(
      KeyPair keys, AlgorithmIdentifier signing, SecureRandom random, Instant now) {
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
    tbs.setSubjectPublicKeyInfo(SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()));
    return tbs;
  }

  private static X509Certificate parse(byte[] der) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }
}
