package dev.turnstone.dtls.bouncycastle;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECNamedDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.junit.jupiter.api.Test;

class P256Test {

  private static KeyPair jdkPair(String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec(curve));
    return generator.generateKeyPair();
  }

  @Test
  void theParametersAreThoseOfTheLookUp() {
    ECDomainParameters known = ECNamedDomainParameters.lookup(SECObjectIdentifiers.secp256r1);
    assertEquals(known.getCurve(), P256.DOMAIN.getCurve());
    assertEquals(known.getN(), P256.DOMAIN.getN());
    assertEquals(known.getH(), P256.DOMAIN.getH());
    assertArrayEquals(known.getG().getEncoded(false), P256.DOMAIN.getG().getEncoded(false));
  }

  @Test
  void keysOfTheJdkAreRead() throws Exception {
    KeyPair pair = jdkPair("secp256r1");
    ECPrivateKeyParameters key = P256.privateKey((ECPrivateKey) pair.getPrivate());
    assertEquals(((ECPrivateKey) pair.getPrivate()).getS(), key.getD());
    ECPublicKeyParameters read = P256.publicKey(pair.getPublic().getEncoded());
    assertEquals(
        ((ECPublicKey) pair.getPublic()).getW().getAffineX(),
        read.getQ().getAffineXCoord().toBigInteger());
    assertArrayEquals(pair.getPublic().getEncoded(), P256.encode(read));
  }

  @Test
  void keysOnOtherCurvesAreLeftToOthers() throws Exception {
    KeyPair pair = jdkPair("secp384r1");
    assertNull(P256.privateKey((ECPrivateKey) pair.getPrivate()));
    assertNull(P256.publicKey(pair.getPublic().getEncoded()));
    assertNull(P256.publicKey(new byte[0]));
  }

  @Test
  void aPointBesideTheCurveIsRefused() throws Exception {
    byte[] info = jdkPair("secp256r1").getPublic().getEncoded();
    info[info.length - 1] ^= 1;
    assertThrows(IllegalArgumentException.class, () -> P256.publicKey(info));
  }

  @Test
  void anIdentityNamesTheKeyThatItHas() throws Exception {
    // One in 256 keys begins with a zero byte: enough of them to meet one.
    for (int i = 0; i < 600; i++) {
      var identity = SelfSigned.ecdsa(new SecureRandom());
      ECPrivateKeyParameters key = P256.privateKey((ECPrivateKey) identity.privateKey());
      ECPublicKeyParameters named =
          P256.publicKey(identity.certificate().getPublicKey().getEncoded());
      assertEquals(named.getQ(), P256.DOMAIN.getG().multiply(key.getD()).normalize());
    }
  }
}
